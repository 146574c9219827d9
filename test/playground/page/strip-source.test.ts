import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sourceLines } from '../../../src/playground/page/strip/source-lines.ts'

const kinds = (text: string, language: Parameters<typeof sourceLines>[0]['language'], line = 0) =>
  (sourceLines({ text, language })[line] ?? [])
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => [kind, text])

describe('colouring a source', () => {
  test.each([
    ['ts', 'src/core/decision.ts'],
    ['yaml', 'db/seeds/starter.yml'],
    ['md', 'docs/architecture.md'],
    ['json', 'package.json'],
    ['sql', 'docs/architecture.md'],
    ['text', 'manifest.yml'],
  ] as const)('loses nothing (%s)', (language, file) => {
    const text = readFileSync(file, 'utf8')
    const again = sourceLines({ text, language }).map((pieces) => pieces.map((piece) => piece.text).join(''))

    expect(`${again.join('\n')}\n`).toBe(text)
  })

  test('keeps line numbers: CR LF is one end of a line, the last one opens no new line', () => {
    expect(sourceLines({ text: 'a\r\nb\n\nc\n', language: 'text' })).toHaveLength(4)
    expect(sourceLines({ text: '', language: 'ts' })).toEqual([[]])
  })

  test('TypeScript', () => {
    expect(kinds("const one = 'if' // return 1", 'ts')).toEqual([
      ['word', 'const'],
      ['string', "'if'"],
      ['comment', '// return 1'],
    ])
    expect(kinds('row.from + ofA + 1_000', 'ts')).toEqual([['number', '1_000']])
    expect(kinds('/* a\n b */ if', 'ts', 1)).toEqual([
      ['comment', ' b */'],
      ['word', 'if'],
    ])
    expect(kinds('`a\nb` if', 'ts', 1)).toEqual([
      ['string', 'b`'],
      ['word', 'if'],
    ])
  })

  test('JSON tells keys from values', () => {
    expect(kinds('{ "at": "no: \\"at\\"", "n": -1.5e3, "ok": true }', 'json')).toEqual([
      ['key', '"at"'],
      ['string', '"no: \\"at\\""'],
      ['key', '"n"'],
      ['number', '-1.5e3'],
      ['key', '"ok"'],
      ['word', 'true'],
    ])
  })

  test('YAML', () => {
    expect(kinds('  - { topic: howto, first-response: 8h, min-skill: 2 } # yes', 'yaml')).toEqual([
      ['key', 'topic'],
      ['key', 'first-response'],
      ['key', 'min-skill'],
      ['number', '2'],
      ['comment', '# yes'],
    ])
  })

  test('SQL in either case', () => {
    expect(kinds("SELECT 'it''s' from t -- all", 'sql')).toEqual([
      ['word', 'SELECT'],
      ['string', "'it''s'"],
      ['word', 'from'],
      ['comment', '-- all'],
    ])
  })
})
