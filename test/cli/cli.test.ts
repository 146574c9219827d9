import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startProgram } from '../support/program.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')

test('a database that does not answer is a sentence, not a stack trace', async () => {
  const cli = startProgram([CLI, 'why', '1'], { DATABASE_URL: 'postgres://waybill@127.0.0.1:9/nowhere' })

  expect(await cli.ended).toBe(2)
  expect(cli.stderr().trim().split('\n')).toHaveLength(1)
  expect(cli.stderr()).not.toContain('    at ')
})

test('a folder with nothing to read in it says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-cli-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'notes.txt'), 'hello')

  const cli = startProgram([CLI, 'ingest', folder])

  expect(await cli.ended).toBe(2)
  expect(cli.stderr()).toContain(`There is nothing to read in ${folder}.`)
  expect(cli.stderr()).toContain('notes.txt')
})

test('the demo minds neither the Slack nor the database of the settings', async () => {
  const demo = startProgram([CLI, 'demo', '--tickets', '1', '--headless', '--exit', '--json'], {
    DATABASE_URL: 'postgres://waybill@127.0.0.1:9/nowhere',
    SLACK_BOT_TOKEN: 'not a token',
    SLACK_API_URL: 'nonsense',
    PORT: 'nonsense',
  })

  expect(await demo.ended, demo.stderr()).toBe(0)
  expect(demo.stdout()).toContain('"tickets":1')
})
