import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEvent, type TicketEvent } from '../../src/core/events.ts'
import { teamId } from '../../src/core/ids.ts'
import { undo } from '../../src/core/moves.ts'
import { placementOf, type Ticket } from '../../src/core/ticket.ts'
import { plusMs } from '../../src/core/time.ts'
import { aDecision, alan, billingDesk, grace, MONDAY, readingAs, routed } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

const later = plusMs(MONDAY, 30_000)
const ticketAfter = (...events: readonly TicketEvent[]): Ticket => events.reduce(applyEvent, aTicket({ version: 0 }))
const received = { type: 'received', at: MONDAY, by: 'connector' } as const

const accepted = { type: 'accepted', person: grace, at: MONDAY, by: grace } as const
const handedBack = { type: 'handedBack', person: grace, at: MONDAY, by: grace } as const
const escalated = { type: 'escalated', because: 'it burns', priority: 'P1', at: MONDAY, by: grace } as const
const resolved = { type: 'resolved', person: grace, at: MONDAY, by: grace } as const
const reassigned = {
  type: 'reassigned',
  team: teamId('platform'),
  person: alan,
  wrong: 'topic',
  topic: 'bug',
  priority: 'P2',
  note: undefined,
  at: MONDAY,
  by: grace,
} as const

describe('a ticket', () => {
  test('counts every event in its version', () => {
    expect(ticketAfter(received, routed(), accepted).version).toBe(3)
  })

  test('is offered, queued or in triage as the decision says', () => {
    const to = (destination: ReturnType<typeof aDecision>['destination']) =>
      ticketAfter(received, routed({ decision: aDecision({ destination }) }))

    expect(to({ kind: 'offer', team: billingDesk, person: grace })).toMatchObject({
      status: 'offered',
      team: 'billing-desk',
      assignee: 'grace',
      offeredAt: MONDAY,
    })
    expect(to({ kind: 'queue', team: billingDesk })).toMatchObject({ status: 'queued', assignee: undefined })
    expect(to({ kind: 'triage' })).toMatchObject({ status: 'triage', team: undefined, assignee: undefined })
  })

  test('remembers who gave it away, once', () => {
    const ticket = ticketAfter(
      received,
      routed(),
      reassigned,
      { ...handedBack, person: alan, by: alan },
      accepted,
      handedBack,
    )

    expect(ticket).toMatchObject({ status: 'queued', assignee: undefined, reassignments: 1 })
    expect(ticket.declinedBy).toEqual(['grace', 'alan'])
  })

  test('goes back to triage when it had no team', () => {
    const triage = routed({ decision: aDecision({ destination: { kind: 'triage' } }) })

    expect(ticketAfter(received, triage, accepted, handedBack).status).toBe('triage')
  })

  test('stays with whoever has it when somebody else resolves it', () => {
    expect(ticketAfter(received, routed(), accepted, { ...resolved, person: alan, by: alan }).assignee).toBe('grace')
  })

  test('may be changed for a minute after a late opinion or another mail came in', () => {
    const moved = ticketAfter(received, routed(), accepted)
    const later = [
      { type: 'messageAdded', messageId: 'm2', at: MONDAY, by: 'connector' },
      { type: 'consulted', classification: readingAs('login'), at: MONDAY, by: 'router' },
    ] as const

    expect(later.reduce<Ticket>(applyEvent, moved).undoable).toEqual(moved.undoable)
  })
})

describe('undo', () => {
  test.each([
    ['accept', accepted],
    ['reassign', reassigned],
    ['escalate', escalated],
    ['resolve', resolved],
    ['hand back', handedBack],
  ] as const)('of %s restores exactly what was, also after the database had it as JSON', (_, move) => {
    const destination = { kind: 'queue', team: billingDesk } as const
    const before = ticketAfter(received, routed({ decision: aDecision({ destination }) }))

    const moved = applyEvent(before, move)
    const outcome = undo(JSON.parse(JSON.stringify(moved)) as Ticket, grace, later, String)
    const stored = JSON.parse(JSON.stringify(outcome)) as { readonly events: readonly TicketEvent[] }
    const restored = stored.events.reduce(applyEvent, moved)

    expect(placementOf(restored)).toEqual(placementOf(before))
    expect(restored.undoable).toBeUndefined()
    expect(restored.version).toBe(before.version + 2)
  })

  test('of the last of any moves leads to what was before it', () => {
    const moves = fc.constantFrom<TicketEvent>(accepted, handedBack, reassigned, escalated, resolved)
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 6 }), moves, (earlier, last) => {
        const before = ticketAfter(received, routed(), ...earlier)
        const outcome = undo(applyEvent(before, last), grace, later, String)

        const events = 'events' in outcome ? outcome.events : []
        expect(placementOf(events.reduce(applyEvent, applyEvent(before, last)))).toEqual(placementOf(before))
      }),
    )
  })
})
