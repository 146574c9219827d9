import { describe, expect, test } from 'vitest'
import { personId, teamId } from '../../src/core/ids.ts'
import { may } from '../../src/core/permissions.ts'
import type { Person, Role } from '../../src/core/person.ts'
import { ALWAYS } from '../../src/core/working-hours.ts'
import { aTicket } from '../support/tickets.ts'

const BILLING = teamId('billing')
const LOGIN = teamId('login')

const somebody = (role: Role, team = BILLING): Person => ({
  id: personId('grace'),
  name: 'Grace',
  email: 'grace@example.com',
  slackUser: 'U0GRACE',
  role,
  teams: [team],
  skills: {},
  capacity: 6,
  timeZone: 'UTC',
  hours: ALWAYS,
  awayUntil: undefined,
})
const allowed = (...given: Parameters<typeof may>): boolean => 'allowed' in may(...given)

describe('who may do what', () => {
  const ticket = aTicket({ team: BILLING })
  const forAnybody = ['accept', 'reassign', 'escalate', 'resolve', 'hand-back', 'undo', 'help', 'why', 'skills list']
  const subject = { ticket, teams: [LOGIN] }

  test.each([...forAnybody, 'acknowledge', 'skills add', 'skills remove', 'anything else'])(
    'somebody unknown may not: %s',
    (doing) => {
      expect(may(undefined, doing, subject)).toEqual({
        refused: 'You are not on the support rota yet. Ask an admin to add you.',
      })
    },
  )

  test.each(forAnybody)('agents, leads and admins may: %s', (doing) => {
    for (const role of ['agent', 'lead', 'admin'] as const) expect(allowed(somebody(role), doing, subject)).toBe(true)
  })

  test('nobody may do what was never allowed', () => {
    for (const role of ['agent', 'lead', 'admin'] as const)
      for (const doing of ['', 'delete', 'Accept', 'skills', 'constructor'])
        expect(allowed(somebody(role), doing, subject)).toBe(false)
  })

  test.each([
    ['agent', BILLING, false],
    ['lead', BILLING, true],
    ['lead', LOGIN, false],
    ['admin', LOGIN, true],
  ] as const)('a %s of %s may change skills in billing: %s', (role, team, expected) => {
    for (const doing of ['skills add', 'skills remove'])
      expect(allowed(somebody(role, team), doing, { teams: [BILLING] })).toBe(expected)
  })

  test.each([
    ['an agent of the team', somebody('agent'), {}, true],
    ['an agent of another team', somebody('agent', LOGIN), {}, false],
    ['an agent of another team who is on call', somebody('agent', LOGIN), { onCall: [personId('grace')] }, true],
    ['a lead of another team', somebody('lead', LOGIN), {}, true],
    ['an admin', somebody('admin', LOGIN), {}, true],
  ] as const)('%s may acknowledge: see last column', (_, person, more, expected) => {
    expect(allowed(person, 'acknowledge', { ticket, ...more })).toBe(expected)
  })

  test('whoever has the ticket may acknowledge it, whatever their team', () => {
    const mine = aTicket({ team: BILLING, assignee: personId('grace') })
    expect(allowed(somebody('agent', LOGIN), 'acknowledge', { ticket: mine })).toBe(true)
  })
})
