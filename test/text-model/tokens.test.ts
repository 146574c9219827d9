import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countFeatures } from '../../src/text-model/features.ts'
import { MASKS, MAX_TEXT_LENGTH, tokenise } from '../../src/text-model/tokens.ts'

test.each([
  ['Refund ﬁrst, please!', ['refund', 'first', 'please', '!']],
  ["I can't log-in", ['i', "can't", 'log', 'in']],
  ['see https://example.com/a?b=c or www.example.com', ['see', MASKS.link, 'or', MASKS.link]],
  ['write to grace@example.com.', ['write', 'to', MASKS.mail]],
  ['order 4711 and 471100, error 503', ['order', '4711', 'and', MASKS.number, 'error', '503']],
  ['trace 9f8e7d6c5b4a3f', ['trace', MASKS.id]],
  ['Größe stimmt nicht', ['größe', 'stimmt', 'nicht']],
  ['請求書が届きません', ['請求書が届きません']],
  ['', []],
])('reads %j as %j', (text, words) => {
  expect(tokenise(text)).toEqual(words)
})

test('hears shouting, but not two acronyms', () => {
  expect(tokenise('THIS DOES NOT WORK AGAIN')).toContain(MASKS.shouting)
  expect(tokenise('Our SAML and SCIM setup works but slowly, could you help?')).not.toContain(MASKS.shouting)
})

test('words of scripts without spaces share features', () => {
  const slots = (text: string) => new Set(countFeatures(text).slots)

  const second = slots('請求書を再発行してください')
  const shared = [...slots('請求書が届きません')].filter((slot) => second.has(slot))

  expect(shared.length).toBeGreaterThanOrEqual(5)
})

test('the order of fields does not matter, their values do', () => {
  const slots = (fields: Record<string, string>) => [...countFeatures('x', fields).slots]

  expect(slots({ plan: 'pro', page: '/billing' })).toEqual(slots({ page: '/billing', plan: 'pro' }))
  expect(slots({ plan: 'pro' })).not.toEqual(slots({ plan: 'free' }))
})

test.each(['a', '@', 'a@', 'https://', 'A ', '!', '\u0301', 'ﷺ', '\ud83d', '👩‍🚀'])(
  'half a million times %j is read, up to the limit',
  (piece) => {
    const text = piece.repeat(500_000)

    expect(countFeatures(text)).toEqual(countFeatures(text.slice(0, MAX_TEXT_LENGTH)))
  },
)

test('any text at all gives features with counts above zero, each slot once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const { slots, counts, origins, terms } = countFeatures(text)
      expect(new Set(slots).size).toBe(slots.length)
      expect(counts.every((count) => count > 0)).toBe(true)
      expect(origins.every((origin) => terms[origin] !== undefined)).toBe(true)
    }),
  )
})
