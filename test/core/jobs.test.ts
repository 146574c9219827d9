import { describe, expect, test } from 'vitest'
import type { TicketEvent } from '../../src/core/events.ts'
import { followUps, LANES, laneOf } from '../../src/core/jobs.ts'
import { MONDAY } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

const human = { at: MONDAY, by: 'email' }
const added: TicketEvent = { type: 'messageAdded', messageId: 'm', excerpt: 'Hello?', ...human }
const kindsOf = (event: TicketEvent, status: Parameters<typeof aTicket>[0]) =>
  followUps(aTicket(status), event).map(({ kind }) => kind)

describe('what follows when the customer writes again', () => {
  test.each([
    ['is read with the rest while the ticket is undecided', added, { status: 'received' }, ['route']],
    ['is shown and read', added, { status: 'offered' }, ['announce', 'reread']],
    ['is only shown when a machine wrote it', { ...added, automatic: true }, { status: 'offered' }, ['announce']],
    ['rings if need be once it is open again', { type: 'reopened', because: '', ...human }, {}, ['page', 'announce']],
  ] as const)('%s', (_, event, given, kinds) => {
    expect(kindsOf(event as TicketEvent, given)).toEqual(kinds)
  })
})

test('what nobody has read comes before what is known to be ordinary, and after what is urgent', () => {
  const { id: ticketId } = aTicket()

  expect(laneOf({ kind: 'route', ticketId }, undefined)).toBe(LANES.unread)
  expect(laneOf({ kind: 'reread', ticketId }, 'P3')).toBe(LANES.unread)
  expect(laneOf({ kind: 'announce', ticketId }, 'P1')).toBeLessThan(LANES.unread)
  expect(laneOf({ kind: 'ask', ticketId }, 'P3')).toBeGreaterThan(LANES.unread)
})
