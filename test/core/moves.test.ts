import { describe, expect, test } from 'vitest'
import { applyEvent } from '../../src/core/events.ts'
import {
  accept,
  acknowledge,
  escalate,
  handBack,
  type Outcome,
  reassign,
  resolve,
  UNDO_MS,
  undo,
} from '../../src/core/moves.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { plusMs } from '../../src/core/time.ts'
import { alan, billingDesk, grace, MONDAY, routed } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

const nameOf = (person: string) => ({ grace: 'Grace', alan: 'Alan' })[person] ?? person
const at = MONDAY
const later = plusMs(MONDAY, 40_000)
const offered = applyEvent(aTicket(), routed())
const moved = (ticket: Ticket, outcome: Outcome): Ticket =>
  'events' in outcome ? outcome.events.reduce(applyEvent, ticket) : expect.fail(outcome.refused)
const acceptedByGrace = moved(offered, accept(offered, grace, at, nameOf))
const resolved = moved(acceptedByGrace, resolve(acceptedByGrace, grace, at))
const to = {
  team: billingDesk,
  person: alan,
  wrong: 'full',
  topic: undefined,
  priority: undefined,
  note: undefined,
} as const

describe('accept', () => {
  test('tells the second one who was faster, and how long ago', () => {
    expect(accept(acceptedByGrace, alan, later, nameOf)).toEqual({ refused: 'Grace took this 40 s ago.' })
    expect(accept(acceptedByGrace, grace, later, nameOf)).toEqual({ refused: 'You already have this ticket.' })
    expect(accept(acceptedByGrace, alan, plusMs(at, 30 * 60_000), nameOf)).toEqual({
      refused: 'Grace took this 30 min ago.',
    })
  })

  test('does not count the seconds of what has only just happened', () => {
    expect(accept(acceptedByGrace, alan, at, nameOf)).toEqual({ refused: 'Grace took this just now.' })
    expect(accept(acceptedByGrace, alan, plusMs(at, 4_000), nameOf)).toEqual({ refused: 'Grace took this just now.' })
    expect(accept(acceptedByGrace, alan, plusMs(at, 5_000), nameOf)).toEqual({ refused: 'Grace took this 5 s ago.' })
  })

  test('of a ticket that is offered to somebody else is fine: whoever has time takes it', () => {
    expect(moved(offered, accept(offered, alan, at, nameOf))).toMatchObject({ status: 'accepted', assignee: 'alan' })
  })
})

test('nothing but another mail happens to a ticket that is still being read', () => {
  const received = aTicket()

  for (const outcome of [
    accept(received, grace, at, nameOf),
    reassign(received, grace, to, at, { nameOf }),
    escalate(received, grace, 'it burns', at),
    resolve(received, grace, at),
    handBack(received, grace, at, nameOf),
    undo(received, grace, at, nameOf),
    acknowledge(received, grace, at, nameOf),
  ])
    expect(outcome).toHaveProperty('refused')
})

test('nothing happens to a resolved ticket but an undo', () => {
  for (const outcome of [
    accept(resolved, grace, at, nameOf),
    reassign(resolved, grace, to, at, { nameOf }),
    escalate(resolved, grace, 'it burns', at),
    resolve(resolved, grace, at),
    handBack(resolved, grace, at, nameOf),
    acknowledge(resolved, grace, at, nameOf),
  ])
    expect(outcome).toEqual({ refused: 'This ticket is already resolved.' })
  expect(undo(resolved, grace, at, nameOf)).toHaveProperty('events')
})

describe('hand back', () => {
  test('is for the one who has it', () => {
    expect(handBack(acceptedByGrace, alan, at, nameOf)).toEqual({
      refused: 'Grace has this ticket; only they can hand it back.',
    })
    expect(handBack(acceptedByGrace, grace, at, nameOf)).toHaveProperty('events')
  })
})

test('reassigning to the one who has it is refused', () => {
  expect(reassign(acceptedByGrace, alan, { ...to, person: grace }, at, { nameOf })).toEqual({
    refused: 'Grace already has this ticket.',
  })
})

test('the on-call person is called once until somebody answers', () => {
  const burning = moved(offered, escalate(offered, grace, 'it burns', at))
  expect(escalate(burning, alan, 'still', at)).toHaveProperty('refused')

  const answered = moved(burning, acknowledge(burning, alan, at, nameOf))

  expect(acknowledge(answered, grace, at, nameOf)).toEqual({ refused: 'Alan acknowledged this already.' })
  expect(escalate(answered, grace, 'worse', at)).toHaveProperty('events')
})

describe('undo', () => {
  test('is open for sixty seconds and not a moment longer', () => {
    expect(undo(acceptedByGrace, grace, plusMs(at, UNDO_MS), nameOf)).toHaveProperty('events')
    expect(undo(acceptedByGrace, grace, plusMs(at, UNDO_MS + 1), nameOf)).toEqual({
      refused: 'A move can be undone for 60 seconds. Use Hand back or Reassign instead.',
    })
  })

  test('is for the one who moved', () => {
    expect(undo(acceptedByGrace, alan, later, nameOf)).toEqual({
      refused: "The last move was Grace's; only they can undo it.",
    })
  })

  test('takes back the last move only, and only once', () => {
    expect(undo(resolved, grace, later, nameOf)).toMatchObject({ events: [{ move: 'resolved', takenBack: 4 }] })

    const back = moved(resolved, undo(resolved, grace, later, nameOf))

    expect(back).toMatchObject({ status: 'accepted', resolvedAt: undefined })
    expect(undo(back, grace, later, nameOf)).toEqual({ refused: 'There is nothing to undo.' })
  })

  test('is refused once somebody else moved', () => {
    const away = moved(
      acceptedByGrace,
      reassign(acceptedByGrace, alan, { ...to, person: undefined }, later, { nameOf }),
    )

    expect(undo(away, grace, later, nameOf)).toHaveProperty('refused')
  })
})

test('the same reassignment sent twice is refused the second time', () => {
  const waiting = aTicket({
    status: 'queued',
    team: billingDesk,
    assignee: undefined,
    topic: 'billing',
    priority: 'P3',
  })
  const again = { ...to, person: undefined, wrong: 'topic', topic: 'billing' } as const

  expect(reassign(waiting, grace, again, at, { nameOf })).toEqual({ refused: 'This ticket waits there already.' })
})
