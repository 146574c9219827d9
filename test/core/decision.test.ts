import { describe, expect, test } from 'vitest'
import { NO_FACTS } from '../../src/core/customer.ts'
import { decide, type Plan, planRoute } from '../../src/core/decision.ts'
import { accountId, teamId } from '../../src/core/ids.ts'
import type { Ranking } from '../../src/core/ranking.ts'
import { aPolicy, billingDesk, grace, MONDAY, readingAs } from '../support/routing.ts'

const policy = aPolicy()
const account = {
  id: accountId('acme'),
  name: 'Acme',
  tier: 'enterprise',
  domains: [],
  owner: undefined,
  value: undefined,
}
const found: Ranking = {
  candidates: [
    {
      person: grace,
      score: 0.8,
      parts: [
        { signal: 'skill-match', label: 'knows the subject', score: 1, weight: 1, says: 'knows the subject' },
        { signal: 'account-owner', label: 'looks after this customer', score: 0, weight: 1 },
      ],
    },
  ],
  excluded: [],
}
const nobody: Ranking = { candidates: [], excluded: [{ person: grace, reason: 'has 6 of 6 tickets open' }] }
const context = { classification: readingAs('billing'), facts: NO_FACTS, policy, modelVersion: 'base@3', now: MONDAY }
const plan = planRoute(context.classification, NO_FACTS, policy)

describe('the plan', () => {
  test('is triage below the confidence the policy asks for, and says how sure would do', () => {
    const unsure = readingAs('billing', { confidence: 0.41, secondTopic: 'login' })

    expect(planRoute(unsure, NO_FACTS, policy)).toEqual({
      kind: 'triage',
      because: 'Not sure enough what it is about: 41 %, and 60 % is needed.',
    })
    expect(planRoute(readingAs('billing', { confidence: 0.6 }), NO_FACTS, policy).kind).toBe('route')
  })

  test('is triage when no voice spoke, or no row covers it', () => {
    const silent = readingAs('billing', { topic: undefined, confidence: 0 })

    expect(planRoute(silent, NO_FACTS, policy)).toMatchObject({ because: 'Nobody could tell what this is about.' })
    expect(planRoute(readingAs('login'), NO_FACTS, policy)).toMatchObject({
      because: 'No row of the matrix covers login at P3.',
    })
  })

  test('takes the row for the tier of the customer, the team a rule named and the skill of the topic', () => {
    const topics = [{ id: 'billing', name: 'Billing', description: 'refund', skill: 'money' }]
    const rows = [...policy.matrix, { ...policy.matrix[0]!, tier: 'enterprise', minSkill: 2 as const }]
    const richer = aPolicy({ topics, matrix: rows })

    expect(planRoute(readingAs('billing', { team: 'vip' }), { ...NO_FACTS, account }, richer)).toMatchObject({
      kind: 'route',
      team: 'vip',
      skill: 'money',
      row: { tier: 'enterprise', minSkill: 2 },
    })
  })
})

describe('the decision', () => {
  test('offers the ticket to the best candidate and says why', () => {
    expect(decide(plan, found, context)).toMatchObject({
      destination: { kind: 'offer', team: billingDesk, person: 'grace' },
      page: false,
      row: 'billing · any tier · any priority',
      respondBy: '2026-01-05T13:00:00.000Z',
      policyVersion: 1,
      modelVersion: 'base@3',
      because: ['matrix row billing · any tier · any priority sends it to billing-desk', 'knows the subject'],
    })
  })

  test('leaves it to the team when nobody can take it now', () => {
    const decision = decide(plan, nobody, context)

    expect(decision.destination).toEqual({ kind: 'queue', team: billingDesk })
    expect(decision.because).toContain('nobody in billing-desk can take it now (1 looked at)')
    expect(decision.ranking.excluded).toEqual(nobody.excluded)
  })

  test('asks people, with no clock of a row it does not have', () => {
    const triage: Plan = { kind: 'triage', because: 'It reads like billing.' }

    expect(decide(triage, { candidates: [], excluded: [] }, context)).toMatchObject({
      destination: { kind: 'triage' },
      row: undefined,
      respondBy: undefined,
      because: ['It reads like billing.'],
    })
  })

  test.each(['queue', 'triage'] as const)('calls the on-call person for P1 even in %s', (kind) => {
    const classification = readingAs('billing', { priority: 'P1' })
    const to: Plan = kind === 'triage' ? { kind, because: '' } : ({ ...plan, team: teamId('billing-desk') } as Plan)

    expect(decide(to, nobody, { ...context, classification })).toMatchObject({ page: true, destination: { kind } })
  })
})
