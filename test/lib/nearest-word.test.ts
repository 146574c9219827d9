import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearestWord } from '../../src/lib/nearest-word.ts'

describe('the nearest word', () => {
  test.each([
    ['hlep', 'help'],
    ['skill', 'skills'],
    ['WYH', 'why'],
    ['skils', 'skills'],
  ])('for %s is %s', (typed, meant) => {
    expect(nearestWord(typed, ['help', 'skills', 'why'])).toBe(meant)
  })

  test('is none when nothing is near', () => {
    expect(nearestWord('constantinople', ['help', 'skills'])).toBeUndefined()
    expect(nearestWord('x', [])).toBeUndefined()
  })

  test('counts edits as Levenshtein did', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b) === 0).toBe(a === b)
      }),
    )
  })
})
