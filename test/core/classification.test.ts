import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { combine, moreUrgent, type Opinion, PRIORITIES, rankOf } from '../../src/core/classification.ts'
import { aVoice } from '../support/routing.ts'

const combined = (...opinions: readonly Partial<Opinion>[]) =>
  combine(
    opinions.map((said) => aVoice(said)),
    [],
  )

describe('the voices together', () => {
  test('say nothing when nobody speaks', () => {
    expect(combine([], ['the learner is down'])).toMatchObject({
      topic: undefined,
      confidence: 0,
      priority: 'P3',
      priorityBecause: 'no voice spoke of urgency',
      sentiment: 0,
      urgency: 0.5,
      missing: ['the learner is down'],
    })
  })

  test('are as sure as the one voice that speaks, no surer', () => {
    expect(combined({ topics: { billing: 0.7 } }).confidence).toBeCloseTo(0.7, 2)
    expect(combined({ topics: { billing: 0.7, login: 0.3 } }).confidence).toBeCloseTo(0.7, 2)
  })

  test('are surer when they agree, and less so when they do not', () => {
    const one = { topics: { billing: 0.7, login: 0.3 } }

    expect(combined(one, one).confidence).toBeGreaterThan(0.8)
    expect(combined(one, { topics: { billing: 0.3, login: 0.7 } }).confidence).toBeCloseTo(0.5, 2)
  })

  test('do not take a half-sure word for one topic as a verdict against the others', () => {
    const { topic } = combined({ topics: { billing: 0.5 } }, { topics: { login: 0.95, billing: 0.02, bug: 0.03 } })

    expect(topic).toBe('login')
  })

  test('count by weight, and not at all at weight 0', () => {
    const billing = aVoice({ topics: { billing: 0.8, login: 0.2 }, sentiment: 1 }, 'rules', 0)
    const login = aVoice({ topics: { billing: 0.4, login: 0.6 } })

    expect(combine([billing, login], []).confidence).toBeCloseTo(0.6, 2)
    expect(combine([billing], [])).toMatchObject({ topic: undefined, sentiment: 0 })
    expect(combine([{ ...billing, weight: 2 }, login], []).topic).toBe('billing')
  })

  test('always share out one whole among the topics', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const topics = fc.dictionary(fc.constantFrom('billing', 'login', 'bug', 'api'), share)
    const weights = fc.double({ min: 0, max: 10, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.record({ topics, weight: weights }), { maxLength: 4 }), (said) => {
        const voices = said.map(({ topics: named, weight }) => aVoice({ topics: named }, 'voice', weight))

        const { topics: pooled, confidence, topic } = combine(voices, [])

        const total = Object.values(pooled).reduce((sum, part) => sum + part, 0)
        expect(total).toBeLessThanOrEqual(1 + 1e-9)
        expect(confidence).toBe(topic === undefined ? 0 : Math.max(...Object.values(pooled)))
      }),
    )
  })
})

describe('the priority', () => {
  const says = (priority: (typeof PRIORITIES)[number]) => ({ priorities: { [priority]: 0.8 } })

  test.each([
    ['P3', {}, 'P3', 'the words read like P3 (80 %)'],
    ['P3', { priorityFloor: 'P2' }, 'P2', 'a rule says at least P2'],
    ['P1', { priorityFloor: 'P2' }, 'P1', 'the words read like P1 (80 %)'],
    ['P1', { priorityFloor: 'P1' }, 'P1', 'a rule says at least P1, and the words read like P1 (80 %)'],
    ['P1', { priorityCap: 'P4' }, 'P4', 'a rule says at most P4'],
    ['P4', { priorityCap: 'P3' }, 'P4', 'the words read like P4 (80 %)'],
    ['P3', { priorityFloor: 'P1', priorityCap: 'P4' }, 'P1', 'a rule says at least P1'],
  ] as const)('read as %s with %o becomes %s', (read, rule, priority, because) => {
    expect(combined(says(read), rule)).toMatchObject({ priority, priorityBecause: because })
  })

  test('words that are as likely no P1 call nobody; a rule does', () => {
    const doubtful = { priorities: { P1: 0.45, P2: 0.3, P3: 0.25 } }
    expect(combined(doubtful)).toMatchObject({
      priority: 'P2',
      priorityBecause: expect.stringMatching(
        /^the words read like P1 \(4\d %\), which is too little to call somebody$/,
      ),
    })
    expect(combined(doubtful, { priorityFloor: 'P1' })).toMatchObject({ priority: 'P1' })
  })

  test('is never below a floor, nor above a cap without one', () => {
    const level = fc.constantFrom(...PRIORITIES)
    fc.assert(
      fc.property(level, fc.array(level), fc.array(level), (read, floors, caps) => {
        const rules = [
          ...floors.map((priorityFloor) => ({ priorityFloor })),
          ...caps.map((priorityCap) => ({ priorityCap })),
        ]

        const { priority } = combined(says(read), ...rules)

        for (const floor of floors) expect(moreUrgent(priority, floor)).toBe(priority)
        if (floors.length === 0) for (const cap of caps) expect(rankOf(priority)).toBeGreaterThanOrEqual(rankOf(cap))
      }),
    )
  })
})

test('flags, reasons and the team of a rule are gathered once each', () => {
  expect(
    combined(
      { flags: ['legal'], team: 'legal-desk', because: ['rule “a”'] },
      { flags: ['legal', 'churn'], team: 'other', because: ['rule “a”', '“cancel”'] },
    ),
  ).toMatchObject({ flags: ['legal', 'churn'], team: 'legal-desk', because: ['rule “a”', '“cancel”'] })
})
