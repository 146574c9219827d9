import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NO_FACTS } from '../../src/core/customer.ts'
import { accountId, personId } from '../../src/core/ids.ts'
import type { Agent } from '../../src/core/person.ts'
import { fromEpochMs, HOUR, plusMs } from '../../src/core/time.ts'
import { accountOwner } from '../../src/signals/account-owner.ts'
import { availability } from '../../src/signals/availability.ts'
import { headroom } from '../../src/signals/headroom.ts'
import { signals } from '../../src/signals/index.ts'
import { skillMatch } from '../../src/signals/skill-match.ts'
import { trackRecord } from '../../src/signals/track-record.ts'
import { aContext, anAgent, MONDAY, readingAs } from '../support/routing.ts'

const moment = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(fromEpochMs)
const count = fc.nat({ max: 10_000 })
const agents: fc.Arbitrary<Agent> = fc
  .record({
    openTickets: count,
    capacity: count,
    skills: fc.dictionary(fc.constantFrom('billing', 'login'), fc.constantFrom(1, 2, 3)),
    record: fc.dictionary(fc.constantFrom('billing', 'login'), fc.record({ right: count, wrong: count })),
    saidFullAt: fc.option(moment, { nil: undefined }),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Los_Angeles'),
    hours: fc.constantFrom({}, { mon: [{ from: '09:00', to: '17:00' }], sat: [{ from: '22:00', to: '24:00' }] }),
  })
  .map(anAgent)

describe.each(signals.map((signal) => [signal.id, signal] as const))('signal %s', (_, signal) => {
  test('scores anybody, at any time, from 0 to 1', () => {
    fc.assert(
      fc.property(agents, moment, fc.constantFrom('billing', 'login', undefined), (agent, now, topic) => {
        const score = signal.score(agent, aContext({ now, classification: readingAs('billing', { topic }) }))

        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('says the same of the same', () => {
    fc.assert(
      fc.property(agents, moment, (agent, now) => {
        expect(signal.score(agent, aContext({ now }))).toBe(signal.score(structuredClone(agent), aContext({ now })))
      }),
    )
  })

  test('has a name for machines and one for people', () => {
    expect(signal.id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(signal.label).not.toBe('')
    expect(signals.filter(({ id }) => id === signal.id)).toHaveLength(1)
  })
})

test('who knows more is the better match', () => {
  const scores = [1, 2, 3].map((level) =>
    skillMatch.score(anAgent({ skills: { billing: level as 1 | 2 | 3 } }), aContext()),
  )

  expect(scores).toEqual([1 / 3, 2 / 3, 1])
})

test('who has fewer tickets has more room, and nobody who said "I am full" within four hours', () => {
  const room = (given: Partial<Agent>) => headroom.score(anAgent({ capacity: 4, ...given }), aContext())

  expect(room({ openTickets: 1 })).toBe(0.75)
  expect(room({ saidFullAt: plusMs(MONDAY, -4 * HOUR + 1) })).toBe(0)
  expect(room({ saidFullAt: plusMs(MONDAY, -4 * HOUR) })).toBe(1)
})

test('a shift that ends soon counts less', () => {
  const until = (to: string) => availability.score(anAgent({ hours: { mon: [{ from: '00:00', to }] } }), aContext())

  expect([until('10:00'), until('11:30'), until('18:00')]).toEqual([0, 0.5, 1])
})

test('a record moves the score slowly, and only its own topic', () => {
  const of = (right: number, wrong: number) =>
    trackRecord.score(anAgent({ record: { billing: { right, wrong }, login: { right: 0, wrong: 99 } } }), aContext())

  expect(of(0, 0)).toBeCloseTo(0.7)
  expect(of(1, 0)).toBeGreaterThan(of(0, 0))
  expect(of(0, 1)).toBeLessThan(of(0, 0))
  expect(of(0, 1)).toBeGreaterThan(0.6)
})

test('the owner of the account is preferred', () => {
  const acme = { id: accountId('acme'), name: 'Acme', tier: 'x', domains: [], owner: personId('grace'), value: 1 }
  const facts = { ...NO_FACTS, account: acme }

  expect(accountOwner.score(anAgent(), aContext({ facts }))).toBe(1)
  expect(accountOwner.score(anAgent({ id: personId('alan') }), aContext({ facts }))).toBe(0)
  expect(accountOwner.score(anAgent(), aContext())).toBe(0)
})
