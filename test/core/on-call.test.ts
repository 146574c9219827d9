import { expect, test } from 'vitest'
import { personId, teamId } from '../../src/core/ids.ts'
import { callees, isCalling } from '../../src/core/on-call.ts'
import type { Person, Team } from '../../src/core/person.ts'
import { timestamp } from '../../src/core/time.ts'
import { ALWAYS } from '../../src/core/working-hours.ts'
import { aTicket } from '../support/tickets.ts'

const now = timestamp('2026-01-05T09:00:00Z')

const person = (id: string, given: Partial<Person> = {}): Person => ({
  id: personId(id),
  name: id,
  email: `${id}@example.com`,
  slackUser: `U${id}`,
  role: 'agent',
  teams: [],
  skills: {},
  capacity: 5,
  timeZone: 'UTC',
  hours: ALWAYS,
  awayUntil: undefined,
  ...given,
})

const team = (given: Partial<Team> = {}): Team => ({
  id: teamId('money'),
  name: 'Money',
  channel: 'C1',
  lead: personId('lead'),
  onCall: [personId('a'), personId('b')],
  ...given,
})

const people = [person('admin', { role: 'admin' }), person('lead'), person('b'), person('a'), person('somebody')]
const order = (...given: Parameters<typeof callees>) => callees(...given).map((callee) => callee.person.id)

test('rings those on call in their order, then the lead, then an admin', () => {
  expect(order(team(), people, now)).toEqual(['a', 'b', 'lead', 'admin'])
  expect(order(undefined, people, now)).toEqual(['admin'])
})

test('rings nobody twice, and nobody who has left', () => {
  const busy = team({ lead: personId('a'), onCall: [personId('gone'), personId('a'), personId('admin')] })

  expect(order(busy, people, now)).toEqual(['a', 'admin'])
})

test('rings whoever is away after all others, but does ring them', () => {
  const away = [...people.filter(({ id }) => id !== 'a'), person('a', { awayUntil: timestamp('2026-01-06T00:00:00Z') })]
  const back = [...people.filter(({ id }) => id !== 'a'), person('a', { awayUntil: timestamp('2026-01-05T08:59:59Z') })]

  expect(order(team(), away, now)).toEqual(['b', 'lead', 'admin', 'a'])
  expect(order(team(), back, now)[0]).toBe('a')
})

test('tells people why they are rung', () => {
  expect(callees(team(), people, now).map(({ because }) => because)).toEqual([
    'You are first on call for Money.',
    'You are second on call for Money.',
    'You lead Money and nobody on call could be reached.',
    'You are an admin and nobody of Money could be reached.',
  ])
})

test.each([
  [{ status: 'queued', priority: 'P1' }, true],
  [{ status: 'accepted', priority: 'P2', escalation: 1 }, true],
  [{ status: 'queued', priority: 'P2' }, false],
  [{ status: 'received', priority: 'P1' }, false],
  [{ status: 'resolved', priority: 'P1' }, false],
  [{ status: 'queued', priority: 'P1', acknowledgedBy: personId('a') }, false],
] as const)('%j calls for somebody: %s', (given, calling) => {
  expect(isCalling(aTicket(given))).toBe(calling)
})
