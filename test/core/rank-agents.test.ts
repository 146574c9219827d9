import { describe, expect, test } from 'vitest'
import { personId, teamId } from '../../src/core/ids.ts'
import type { Agent } from '../../src/core/person.ts'
import { type RankingContext, rankAgents, type Signal } from '../../src/core/rank-agents.ts'
import { plusMs } from '../../src/core/time.ts'
import { aContext, alan, anAgent, grace, MONDAY } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

const byRoom: Signal = { id: 'room', label: 'has room', score: ({ openTickets }) => 1 - openTickets / 10 }
const bySkill: Signal = { id: 'skill', label: 'knows it', score: ({ skills }) => (skills.billing ?? 0) / 3 }

const rank = (agents: readonly Agent[], context: Partial<RankingContext> = {}, weights = {}) =>
  rankAgents(agents, aContext(context), [byRoom, bySkill], weights)

describe('the ranking', () => {
  test.each<readonly [string, Partial<Agent>, Partial<RankingContext>]>([
    ['is not in team billing-desk', { teams: [teamId('platform')] }, {}],
    ['billing ≥ 3 is needed, has 2', {}, { minSkill: 3 }],
    ['billing ≥ 1 is needed, has 0', { skills: { login: 3 } }, {}],
    ['is away until 2026-01-05T10:00Z', { awayUntil: plusMs(MONDAY, 3_600_000) }, {}],
    [
      'is outside working hours (Asia/Tokyo)',
      { timeZone: 'Asia/Tokyo', hours: { mon: [{ from: '09:00', to: '17:00' }] } },
      {},
    ],
    ['has 6 of 6 tickets open', { openTickets: 6 }, {}],
    ['has 0 of 0 tickets open', { capacity: 0 }, {}],
    ['gave this ticket away before', {}, { ticket: aTicket({ declinedBy: [grace] }) }],
  ])('leaves out who %s, and says so', (reason, agent, context) => {
    expect(rank([anAgent(agent)], context)).toEqual({ candidates: [], excluded: [{ person: 'grace', reason }] })
  })

  test('lets people back in once their time off is over', () => {
    expect(rank([anAgent({ awayUntil: MONDAY })]).candidates).toHaveLength(1)
  })

  test('puts the best first and keeps every part', () => {
    const busy = anAgent({ openTickets: 5, skills: { billing: 3 } })
    const free = anAgent({ id: alan, openTickets: 0, skills: { billing: 2 } })

    const { candidates } = rank([busy, free])

    expect(candidates.map(({ person }) => person)).toEqual(['alan', 'grace'])
    expect(candidates[1]).toEqual({
      person: 'grace',
      score: 0.75,
      parts: [
        { signal: 'room', label: 'has room', score: 0.5, weight: 1, says: 'has room' },
        { signal: 'skill', label: 'knows it', score: 1, weight: 1, says: 'knows it' },
      ],
    })
  })

  test('follows the weights of the policy', () => {
    const busy = anAgent({ openTickets: 5, skills: { billing: 3 } })
    const free = anAgent({ id: alan, openTickets: 0, skills: { billing: 2 } })

    expect(rank([busy, free], {}, { room: 0 }).candidates[0]?.person).toBe('grace')
    expect(rank([busy, free], {}, { room: 0, skill: 0 }).candidates.map(({ score }) => score)).toEqual([0, 0])
  })

  test('settles a tie by id, in whatever order people come', () => {
    const two = [anAgent(), anAgent({ id: alan })]

    expect(rank(two)).toEqual(rank(two.toReversed()))
    expect(rank(two).candidates[0]?.person).toBe('alan')
  })

  test('keeps a signal that overshoots within 0 and 1', () => {
    const wild: Signal = { id: 'wild', label: 'is wild', score: ({ id }) => (id === grace ? 7 : -7) }

    const { candidates } = rankAgents([anAgent(), anAgent({ id: personId('zoe') })], aContext(), [wild], {})

    expect(candidates.map(({ score }) => score)).toEqual([1, 0])
  })
})
