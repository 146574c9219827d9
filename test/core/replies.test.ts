import { describe, expect, test } from 'vitest'
import { applyEvent } from '../../src/core/events.ts'
import { accept, acknowledge, escalate, type Outcome, resolve } from '../../src/core/moves.ts'
import { isCalling } from '../../src/core/on-call.ts'
import { hear } from '../../src/core/replies.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { HOUR, MINUTE, plusMs } from '../../src/core/time.ts'
import { grace, MONDAY, routed } from '../support/routing.ts'
import { anInboundTicket, aTicket } from '../support/tickets.ts'

const by = (minutes: number) => plusMs(MONDAY, minutes * MINUTE)
const moved = (ticket: Ticket, outcome: Outcome): Ticket =>
  'events' in outcome ? outcome.events.reduce(applyEvent, ticket) : expect.fail(outcome.refused)
const answered = (ticket: Ticket, given = {}): Ticket =>
  hear(
    ticket,
    anInboundTicket({ externalId: 'second', receivedAt: by(600), visible: 'Still  broken!\n', ...given }),
  ).reduce(applyEvent, ticket)

const offered = applyEvent(aTicket(), routed())
const accepted = moved(offered, accept(offered, grace, by(5), String))
const resolved = moved(accepted, resolve(accepted, grace, by(60)))

describe('another message of the customer', () => {
  test('opens a resolved ticket again for its whole team, with the same time to answer', () => {
    expect(answered(resolved)).toMatchObject({
      status: 'queued',
      team: 'billing-desk',
      assignee: undefined,
      resolvedAt: undefined,
      acceptedAt: undefined,
      waitingSince: by(600),
      respondBy: plusMs(by(600), 4 * HOUR),
      latestMessage: { excerpt: 'Still broken!', at: by(600), reopened: true },
      undoable: undefined,
    })
  })

  test('is not overdue at once because its mail was sent before the ticket was resolved', () => {
    expect(answered(resolved, { receivedAt: by(1) })).toMatchObject({
      waitingSince: by(60),
      respondBy: plusMs(by(60), 4 * HOUR),
    })
  })

  test('opens a ticket without a team again in triage', () => {
    expect(answered({ ...resolved, team: undefined, respondBy: undefined })).toMatchObject({
      status: 'triage',
      respondBy: undefined,
    })
  })

  test('rings somebody again when what was resolved was urgent', () => {
    const burning = moved(accepted, escalate(accepted, grace, 'it burns', by(6)))
    const calm = moved(burning, acknowledge(burning, grace, by(7), String))
    const over = moved(calm, resolve(calm, grace, by(60)))

    expect(isCalling(over)).toBe(false)
    expect(isCalling(answered(over))).toBe(true)
  })

  test('opens nothing when a machine wrote it', () => {
    expect(answered(resolved, { automatic: true })).toMatchObject({ status: 'resolved', messages: 2 })
  })

  test('moves nothing while the ticket is open, and shows', () => {
    expect(answered(accepted)).toMatchObject({
      status: 'accepted',
      assignee: 'grace',
      messages: 2,
      respondBy: accepted.respondBy,
      latestMessage: { excerpt: 'Still broken!', reopened: false },
      undoable: accepted.undoable,
    })
  })

  test('is kept as one line of at most 280 characters, never cut within one', () => {
    const { latestMessage } = answered(offered, { visible: '😀'.repeat(200) })

    expect(latestMessage?.excerpt).toBe(`${'😀'.repeat(139)}…`)
  })

  test('shows its whole text when all of it is quoted', () => {
    expect(answered(offered, { visible: '', body: '> yes' }).latestMessage?.excerpt).toBe('> yes')
  })
})
