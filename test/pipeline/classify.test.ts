import { describe, expect, test } from 'vitest'
import type { Opinion } from '../../src/core/classification.ts'
import { NO_FACTS } from '../../src/core/customer.ts'
import { classifyFully, classifyQuickly } from '../../src/pipeline/classify.ts'
import type { Classifier } from '../../src/ports.ts'
import { recordingLog, silentLog } from '../support/log.ts'
import { aPolicy } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

function voice(id: string, said: Partial<Opinion> | { readonly silence: string }, slow = false) {
  const asked: string[] = []
  const classifier: Classifier = {
    id,
    slow,
    classify: async ({ id: ticket }) => {
      asked.push(ticket)
      return 'silence' in said ? said : { because: [], ...said }
    },
  }
  return { ...classifier, asked }
}
const hear = (classifiers: readonly Classifier[], given = {}) =>
  classifyFully(aTicket(), NO_FACTS, { classifiers, policy: aPolicy(), log: silentLog, ...given })
const hearQuick = (classifiers: readonly Classifier[]) =>
  classifyQuickly(aTicket(), NO_FACTS, { classifiers, policy: aPolicy(), log: silentLog })

describe('classifying', () => {
  test('hears everybody, quick and slow', async () => {
    const quick = voice('learned', { topics: { billing: 0.6, login: 0.4 }, priorities: { P3: 1 } })
    const slow = voice('language-model', { topics: { billing: 0.9, login: 0.1 }, summary: 'Charged twice.' }, true)

    const classification = await hear([quick, slow])

    expect(classification).toMatchObject({ topic: 'billing', summary: 'Charged twice.', missing: [] })
    expect(classification.voices.map(({ id }) => id)).toEqual(['learned', 'language-model'])
    expect(classification.confidence).toBeGreaterThan(0.9)
  })

  test('hears the quick ones without waiting for the slow ones, and says who is missing', async () => {
    const rules = voice('rules', { priorityFloor: 'P1' })
    const slow = voice('language-model', { topics: { billing: 1 } }, true)

    const classification = await hearQuick([rules, slow])

    expect(classification).toMatchObject({
      priority: 'P1',
      missing: ['the model is asked after the page goes out'],
    })
    expect(slow.asked).toEqual([])
    expect((await hear([rules, slow])).voices).toHaveLength(2)
  })

  test('says nothing of a missing model when there is none', async () => {
    expect((await hearQuick([voice('rules', { priorityFloor: 'P1' })])).missing).toEqual([])
  })

  test('gives each voice the weight of the policy', async () => {
    const two = [
      voice('rules', { topics: { login: 0.6, billing: 0.4 } }),
      voice('learned', { topics: { login: 0.2, billing: 0.8 } }),
    ]

    const classification = await hear(two, { policy: aPolicy({ voiceWeights: { learned: 0 } }) })

    expect(classification.topic).toBe('login')
    expect(classification.voices.map(({ weight }) => weight)).toEqual([1, 0])
  })

  test('goes on without a voice that abstains, fails or does not come to an end, and says so', async () => {
    const log = recordingLog()
    const failing: Classifier = { id: 'learned', slow: false, classify: () => Promise.reject(new Error('boom')) }
    const endless: Classifier = { id: 'language-model', slow: true, classify: () => new Promise(() => {}) }
    const abstaining = voice('topics', { silence: 'the topics voice has no opinion' })

    const classification = await hear([failing, endless, abstaining, voice('rules', { topics: { billing: 1 } })], {
      log,
      limitMs: 5,
    })

    expect(classification).toMatchObject({
      topic: 'billing',
      missing: ['learned failed', 'language-model failed', 'the topics voice has no opinion'],
    })
    expect(log.lines.map(({ message, details }) => [message, details])).toEqual([
      ['voice failed', { ticketId: aTicket().id, voice: 'learned', error: 'Error: boom' }],
      ['voice failed', { ticketId: aTicket().id, voice: 'language-model', error: 'Error: no answer within 5 ms' }],
    ])
  })

  test('leaves a ticket nobody can read to people', async () => {
    expect(await hear([])).toMatchObject({ topic: undefined, confidence: 0, priority: 'P3' })
  })
})
