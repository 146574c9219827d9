import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../src/playground/stage/temporary-folder.ts'
import { aFolder } from './support.ts'

test('removes what a killed process left, and nothing else', async () => {
  const parent = await aFolder()
  const child = spawn(process.execPath, ['-e', ''])
  const gone = child.pid
  await once(child, 'exit')
  const host = hostname()
  const left = async (name: string, owner?: unknown) => {
    await mkdir(join(parent, name))
    if (owner !== undefined) await writeFile(join(parent, name, 'owner.json'), JSON.stringify(owner))
    return join(parent, name)
  }
  const ofTheDead = await left('ours-dead', { pid: gone, host })
  const kept = [
    await left('ours-alive', { pid: process.pid, host }),
    await left('ours-elsewhere', { pid: gone, host: `not-${host}` }),
    await left('ours-unnamed'),
    await left('ours-odd', { pid: 'none', host }),
    await left('theirs-dead', { pid: gone, host }),
  ]
  await symlink(kept[4]!, join(parent, 'ours-link'))

  const folder = await temporaryFolder('ours-', parent)

  expect(existsSync(ofTheDead)).toBe(false)
  expect([...kept, join(parent, 'ours-link')].filter((path) => !existsSync(path))).toEqual([])
  expect(JSON.parse(await readFile(join(folder, 'owner.json'), 'utf8'))).toEqual({ pid: process.pid, host })
})
