import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CODE, type CodeName, codeIn, lineOf, REPOSITORY, signalPlace } from '../../../src/playground/journey/code.ts'
import { signals } from '../../../src/signals/index.ts'

const NAMES = Object.keys(CODE) as CodeName[]

describe.each(NAMES)('%s', (name) => {
  test('is exported by the file it names, and found there', () => {
    const source = codeIn(REPOSITORY)(name)
    if (source.kind !== 'file' || source.line === undefined) return expect.fail(`${name} has no line`)

    const line = readFileSync(new URL(source.path, REPOSITORY), 'utf8').split('\n')[source.line - 1]

    expect(line).toMatch(/^export /)
    expect(line).toContain(CODE[name][1])
  })
})

test('every reason to prefer somebody can be pointed at', () => {
  for (const { id } of signals)
    expect(codeIn(REPOSITORY)(signalPlace(id))).toMatchObject({
      path: `src/signals/${id}.ts`,
      line: expect.any(Number),
    })
  expect(codeIn(REPOSITORY)(signalPlace('long-gone'))).toEqual({ kind: 'file', path: 'src/signals/long-gone.ts' })
})

test('a line is found by the whole name of what is exported, whatever kind it is', () => {
  const text = 'const a = 1\nexport const lighthouse = 1\nexport async function light() {}\nexport interface Lamp {}\n'

  expect(['lighthouse', 'light', 'Lamp', 'a', 'gone'].map((name) => lineOf(name, text))).toEqual([
    2,
    3,
    4,
    undefined,
    undefined,
  ])
})
