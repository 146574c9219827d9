import { expect, test } from 'vitest'
import { teamId } from '../../../src/core/ids.ts'
import { startAt } from '../../../src/playground/page-server/start-at.ts'

const teams = ['billing', 'first-line', 'platform'].map((id) => ({ id: teamId(id), name: `Team ${id}`, channel: id }))
const alan = { name: 'Alan Turing', teams: [teamId('first-line'), teamId('platform')] }
const channelsWith = (...busy: readonly string[]) =>
  teams.map(({ channel }) => ({
    id: channel,
    kind: 'public' as const,
    joined: true,
    lastTs: busy.includes(channel) ? '1.000000' : null,
  }))
const offered = { status: 'offered', assignee: 'Alan Turing', team: 'Team platform' }

test('somebody begins where a ticket is offered to them', () => {
  const channels = channelsWith('billing', 'first-line', 'platform')

  expect(startAt({ person: alan, teams, tickets: [offered], channels })).toBe('platform')
  expect(startAt({ person: alan, teams, tickets: [{ ...offered, status: 'resolved' }], channels })).toBe('first-line')
})

test('else in a team of theirs with messages, else wherever there are some', () => {
  const begins = (person: typeof alan | undefined, ...busy: readonly string[]) =>
    startAt({ person, teams, tickets: [], channels: channelsWith(...busy) })

  expect(begins(alan, 'billing', 'platform')).toBe('platform')
  expect(begins(alan, 'billing')).toBe('billing')
  expect(begins(undefined, 'first-line')).toBe('first-line')
  expect(begins(alan)).toBeUndefined()
})
