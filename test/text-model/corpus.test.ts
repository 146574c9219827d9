import { expect, test } from 'vitest'
import { crossValidate } from '../../src/text-model/cross-validate.ts'
import { starterCorpus } from './support.ts'

const corpus = starterCorpus()

/** Overlapping runs of five words, whatever their case and punctuation. */
function fiveGrams(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return new Set(words.slice(4).map((_, start) => words.slice(start, start + 5).join(' ')))
}

test('holds at least 600 tickets over 8 topics, in several languages', () => {
  const counts = Object.groupBy(corpus, ({ topic }) => topic)

  expect(corpus.length).toBeGreaterThanOrEqual(600)
  expect(Object.keys(counts)).toHaveLength(8)
  for (const [topic, tickets] of Object.entries(counts)) expect(tickets?.length, topic).toBeGreaterThanOrEqual(50)
  expect(new Set(corpus.map(({ language }) => language)).size).toBeGreaterThanOrEqual(5)
})

test('every ticket is labelled in full', () => {
  for (const { text, intent, priority, sentiment, urgency } of corpus) {
    expect(text.trim()).not.toBe('')
    expect(['question', 'problem', 'request', 'complaint', 'cancellation', 'feedback']).toContain(intent)
    expect(['P1', 'P2', 'P3', 'P4']).toContain(priority)
    expect(sentiment).toBeGreaterThanOrEqual(-1)
    expect(sentiment).toBeLessThanOrEqual(1)
    expect(urgency).toBeGreaterThanOrEqual(0)
    expect(urgency).toBeLessThanOrEqual(1)
  }
})

test('no two tickets share half of their runs of five words, and none is there twice', () => {
  const grams = corpus.map(({ text }) => fiveGrams(text))
  const tickets = new Map<string, number[]>()
  for (const [index, set] of grams.entries())
    for (const gram of set) tickets.set(gram, [...(tickets.get(gram) ?? []), index])
  const shared = new Map<string, number>()
  for (const found of tickets.values())
    for (const a of found) for (const b of found) if (a < b) shared.set(`${a} ${b}`, (shared.get(`${a} ${b}`) ?? 0) + 1)
  const tooAlike = [...shared].filter(([pair, count]) => {
    const [a, b] = pair.split(' ').map(Number)
    return count * 2 >= Math.min(grams[a!]!.size, grams[b!]!.size)
  })

  expect(tooAlike).toEqual([])
  expect(new Set(corpus.map(({ text }) => text.toLowerCase())).size).toBe(corpus.length)
})

test('the learner reads 70 to 92 % of the topics right in five folds: neither noise nor a template', () => {
  const { accuracy } = crossValidate(
    corpus.map(({ text, topic }) => ({ text, label: topic })),
    { seed: 1 },
  )

  expect(accuracy).toBeGreaterThanOrEqual(0.7)
  expect(accuracy).toBeLessThanOrEqual(0.92)
})
