import { describe, expect, test } from 'vitest'
import { classifiers, LanguageModelSettings } from '../../src/classifiers/index.ts'
import { PRIORITIES } from '../../src/core/classification.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { classifyFully } from '../../src/pipeline/classify.ts'
import { fakeClock } from '../support/clock.ts'
import { silentLog } from '../support/log.ts'
import { aTicket } from '../support/tickets.ts'
import { aContext, aRule } from './support.ts'

/** Every voice switched on; the language model speaks to an address where nobody listens. */
const SETTINGS = LanguageModelSettings.parse({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_API_KEY: 'none' })
const model = { read: () => ({ topics: { billing: 0.8, login: 0.2 }, because: ['“refund”'] }) }
const shelf = classifiers(SETTINGS, { model, clock: fakeClock(), log: silentLog })
const context = aContext([aRule({ words: ['refund'] })])

const TICKETS: Readonly<Record<string, Ticket>> = {
  ordinary: aTicket({ subject: 'Refund', body: 'Please refund me.' }),
  empty: aTicket({ subject: '', body: '', requester: { email: undefined, name: undefined } }),
  'full of signs': aTicket({ subject: '\u0000\u202e\ud800 🦄', body: '<!channel> {{7*7}} ](javascript:alert(1))' }),
  endless: aTicket({ subject: 'a'.repeat(1_000), body: 'refund a b '.repeat(50_000) }),
}

describe.each(shelf.map((voice) => [voice.id, voice] as const))('voice %s', (id, voice) => {
  test('has a name of its own', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(shelf.filter((other) => other.id === id)).toHaveLength(1)
  })

  test.each(Object.keys(TICKETS))('of a ticket that is %s says shares, or why it is silent', async (kind) => {
    const said = await voice.classify(TICKETS[kind]!, context)

    if ('silence' in said) return expect(said.silence).not.toBe('')
    for (const shares of [said.topics, said.intents, said.priorities]) {
      const values = Object.values(shares ?? {})
      expect(values.every((share) => share >= 0 && share <= 1)).toBe(true)
      expect(values.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-6)
    }
    expect(Object.keys(said.priorities ?? {}).every((name) => PRIORITIES.some((known) => known === name))).toBe(true)
    expect(said.sentiment ?? 0).toBeGreaterThanOrEqual(-1)
    expect(said.sentiment ?? 0).toBeLessThanOrEqual(1)
    expect(said.urgency ?? 0).toBeGreaterThanOrEqual(0)
    expect(said.urgency ?? 0).toBeLessThanOrEqual(1)
    for (const reason of said.because) expect(reason.length).toBeGreaterThan(0)
  })
})

test('every voice is heard or says why not, and none can bring the others down', async () => {
  const failing = { id: 'failing', slow: false, classify: () => Promise.reject(new Error('down')) }
  const { policy, facts } = context
  const { voices, missing } = await classifyFully(TICKETS.ordinary!, facts, {
    classifiers: [...shelf, failing],
    policy,
    log: silentLog,
  })

  expect(voices.length + missing.length).toBe(shelf.length + 1)
  expect(missing).toContain('failing failed')
})
