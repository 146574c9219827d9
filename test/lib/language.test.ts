import { expect, test } from 'vitest'
import { detectLanguage } from '../../src/lib/language.ts'

test.each([
  ['en', 'My card was charged twice and nobody answers.'],
  ['de', 'Meine Karte wurde doppelt belastet und niemand antwortet.'],
  ['fr', 'Ma carte a été débitée deux fois et personne ne répond.'],
  ['es', 'Mi tarjeta fue cobrada dos veces y nadie responde.'],
  ['ja', 'カードに二重請求されています。'],
])('tells %s from %j', (language, text) => {
  expect(detectLanguage(text)).toBe(language)
})

test.each(['', '   ', '4711', '???'])('does not guess at %j', (text) => {
  expect(detectLanguage(text)).toBeUndefined()
})
