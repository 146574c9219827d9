import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { withSettings, writePrivately } from '../../../src/cli/init/env-file.ts'

test('replaces the line that counts and leaves every other as it stands', () => {
  const before =
    '# Tokens\nSLACK_BOT_TOKEN=old\n\n# SLACK_APP_TOKEN=commented\nexport PORT = 3000 # where\nLAST="a b"\n'

  const after = withSettings(before, { SLACK_BOT_TOKEN: 'xoxb-new', SLACK_APP_TOKEN: 'xapp-new' })

  expect(after).toBe(
    '# Tokens\nSLACK_BOT_TOKEN=xoxb-new\n\n# SLACK_APP_TOKEN=commented\nexport PORT = 3000 # where\nLAST="a b"\nSLACK_APP_TOKEN=xapp-new\n',
  )
})

test('whatever is put in comes out, and all else stays', () => {
  const value = fc.string({ unit: 'grapheme-ascii', maxLength: 60 })
  fc.assert(
    fc.property(value, fc.boolean(), (said, isNew) => {
      fc.pre(!['"', "'", '`'].every((quote) => said.includes(quote)))
      const before = isNew ? 'OTHER="x # y"\n# note\n' : 'OTHER="x # y"\nNAME=old\n# note\n'

      const after = withSettings(before, { NAME: said })

      expect(parseEnv(after)).toEqual({ OTHER: 'x # y', NAME: said })
      expect(after).toContain('# note')
    }),
  )
})

test('refuses what cannot be written', () => {
  expect(() => withSettings('', { NAME: 'a\nB=c' })).toThrow('NAME cannot hold a line break')
  expect(() => withSettings('', { NAME: `'"\`` })).toThrow('every kind of quotation mark')
  expect(() => withSettings('TEXT="first\nNAME=inside"\n', { NAME: 'x' })).toThrow('without losing')
})

test('writes for the owner only, leaves no draft behind, and follows a link', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-env-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [file, link] = [join(folder, 'real.env'), join(folder, '.env')]
  writeFileSync(file, 'A=1\n', { mode: 0o644 })
  symlinkSync(file, link)

  await writePrivately(link, 'A=2\n')

  expect(readFileSync(file, 'utf8')).toBe('A=2\n')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder).toSorted()).toEqual(['.env', 'real.env'])
})
