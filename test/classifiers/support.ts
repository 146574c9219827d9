import { NO_FACTS } from '../../src/core/customer.ts'
import type { Policy, Rule } from '../../src/core/policy.ts'

const aPolicy = (given: Partial<Policy> = {}): Policy => ({
  version: 1,
  topics: ['billing', 'account', 'login', 'outage'].map((id) => ({
    id,
    name: id,
    description: `everything about ${id}`,
    skill: id,
  })),
  matrix: [],
  rules: [],
  triageChannel: 'C-TRIAGE',
  minConfidence: 0.6,
  signalWeights: {},
  voiceWeights: {},
  ...given,
})

export const aRule = (when: Rule['when'], set: Rule['set'] = { topic: 'billing' }, id = 'rule-1'): Rule => ({
  id,
  when,
  set,
})

/** What a voice is told beside the ticket, by a policy with these rules. */
export const aContext = (rules: readonly Rule[] = []) => ({
  facts: NO_FACTS,
  policy: aPolicy({ rules }),
  signal: new AbortController().signal,
})
