import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** One step of a recipe: a file to write or to end with `text`, or places in it to change. */
interface Step {
  readonly recipe: string
  readonly file: string
  readonly kind: 'ts' | 'diff'
  readonly text: string
}

/** The steps of docs/extending.md, in order: each block of code belongs to the file named last before it. */
function readSteps(): readonly Step[] {
  const [, ...recipes] = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8').split(/^## /m)
  return recipes.flatMap((recipe) => {
    let file = ''
    return [...recipe.matchAll(/`((?:src|db|test)\/[\w./-]+\.ts)`|```(ts|diff)\n(.*?)\n```/gs)].flatMap(
      ([, named, kind, text]): Step[] => {
        file = named ?? file
        if (!kind || !text || text.startsWith('crashPoint(')) return []
        return [{ recipe: recipe.split('\n', 1)[0]!, file, kind: kind === 'ts' ? 'ts' : 'diff', text }]
      },
    )
  })
}

/** Changes the one place that reads as the hunk says; lines that begin with + alone are imports and go to the top. */
function applyHunk(source: string, hunk: string, where: string): string {
  const lines = hunk.split('\n')
  const side = (signs: string) => lines.filter((line) => signs.includes(line[0]!)).map((line) => line.slice(1))
  const [before, after] = [side(' -').join('\n'), side(' +').join('\n')]
  if (before === '') return `${after}\n${source}`
  const [head, tail, ...more] = `\n${source}\n`.split(`\n${before}\n`)
  if (tail === undefined || more.length > 0)
    throw new Error(`${where}: ${tail === undefined ? 'no place reads' : 'more than one place reads'}\n${before}`)
  return `${head}\n${after}\n${tail}`.slice(1, -1)
}

function follow({ recipe, file, kind, text }: Step, folder: string): void {
  const path = join(folder, file)
  const source = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const where = `"${recipe}" in docs/extending.md, ${file}`
  mkdirSync(dirname(path), { recursive: true })
  if (kind === 'ts') writeFileSync(path, source === '' ? `${text}\n` : `${source}\n${text}\n`)
  else
    writeFileSync(
      path,
      text.split('\n\n').reduce((now, hunk) => applyHunk(now, hunk, where), source),
    )
}

test('the recipes of docs/extending.md, followed word for word, compile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-extending-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const part of ['src', 'db', 'tsconfig.json', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))

  const steps = readSteps()
  for (const step of steps) follow(step, folder)

  expect(new Set(steps.map(({ recipe }) => recipe)).size).toBeGreaterThanOrEqual(11)
  const faults = await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit'], { cwd: folder }).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  )
  expect(faults).toBe('')
}, 120_000)
