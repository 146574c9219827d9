import { describe, expect, test } from 'vitest'
import { applyEvent } from '../../src/core/events.ts'
import { teamId } from '../../src/core/ids.ts'
import { acknowledge, escalate, type Outcome, type Reassignment, reassign, undo } from '../../src/core/moves.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { HOUR, MINUTE, plusMs } from '../../src/core/time.ts'
import { aDecision, alan, aPolicy, billingDesk, grace, MONDAY, readingAs, routed } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

const platform = teamId('platform')
const row = { team: billingDesk, resolutionMinutes: 2880 }
const policy = aPolicy({
  matrix: [
    { ...row, topic: 'billing', firstResponseMinutes: 480 },
    { ...row, topic: 'billing', priority: 'P1', firstResponseMinutes: 15 },
    { ...row, topic: 'billing', tier: 'enterprise', priority: 'P2', firstResponseMinutes: 30 },
    { ...row, topic: 'login', team: platform, firstResponseMinutes: 60 },
    { ...row, topic: 'api', team: platform, firstResponseMinutes: 240 },
  ],
})
const context = { nameOf: String, policy }
const at = plusMs(MONDAY, 2 * HOUR)
const minutesOn = (minutes: number) => plusMs(MONDAY, minutes * MINUTE)
const to = (given: Partial<Reassignment>): Reassignment => ({
  team: billingDesk,
  person: undefined,
  wrong: 'full',
  topic: undefined,
  priority: undefined,
  note: undefined,
  ...given,
})
const moved = (ticket: Ticket, outcome: Outcome): Ticket =>
  'events' in outcome ? outcome.events.reduce(applyEvent, ticket) : expect.fail(outcome.refused)
const routedAs = (decision: Parameters<typeof aDecision>[0], topic = 'billing') =>
  applyEvent(aTicket(), routed({ classification: readingAs(topic, { priority: 'P4' }), decision: aDecision(decision) }))
const calm = routedAs({ respondBy: minutesOn(480) })

describe('the deadline', () => {
  test('of a ticket that became more urgent counts from when the customer began to wait', () => {
    const urgent = moved(calm, reassign(calm, grace, to({ wrong: 'urgency', priority: 'P1' }), at, context))

    expect(urgent.respondBy).toBe(minutesOn(15))
    expect(moved(calm, escalate(calm, grace, 'it burns', at, policy)).respondBy).toBe(minutesOn(15))
  })

  test('follows the tier the customer had', () => {
    const facts = { tier: 'enterprise', account: 'Acme', missing: [] }
    const ticket = routedAs({ respondBy: minutesOn(480), facts })

    expect(moved(ticket, reassign(ticket, grace, to({ priority: 'P2' }), at, context)).respondBy).toBe(minutesOn(30))
  })

  test('is never later than before when the ticket became more urgent', () => {
    const soon = { ...calm, respondBy: minutesOn(5) }

    expect(moved(soon, escalate(soon, grace, 'it burns', at, policy)).respondBy).toBe(minutesOn(5))
  })

  test('is later when the ticket turns out to be less urgent', () => {
    const urgent = moved(calm, escalate(calm, grace, 'it burns', at, policy))

    expect(moved(urgent, reassign(urgent, grace, to({ priority: 'P3' }), at, context)).respondBy).toBe(minutesOn(480))
  })

  test('follows a topic that was corrected', () => {
    const corrected = reassign(calm, grace, to({ team: platform, wrong: 'topic', topic: 'login' }), at, context)

    expect(moved(calm, corrected).respondBy).toBe(minutesOn(60))
  })

  test('stays as it was when only the person changes', () => {
    expect(moved(calm, reassign(calm, grace, to({ person: alan }), at, context)).respondBy).toBe(calm.respondBy)
  })

  test('begins when a ticket leaves triage: by its topic, else the strictest of the team that has it now', () => {
    const triage = routedAs({ destination: { kind: 'triage' }, respondBy: undefined })
    const unclear = { ...triage, topic: undefined }
    const onlyUrgentRows = aPolicy({ matrix: [{ ...row, topic: 'billing', priority: 'P1', firstResponseMinutes: 15 }] })
    const toPlatform = to({ team: platform, wrong: 'skill' })

    expect(moved(triage, reassign(triage, grace, to({ wrong: 'skill' }), at, context)).respondBy).toBe(minutesOn(480))
    expect(moved(triage, reassign(triage, grace, to({}), at, { ...context, policy: onlyUrgentRows })).respondBy).toBe(
      minutesOn(15),
    )
    expect(moved(unclear, reassign(unclear, grace, toPlatform, at, context)).respondBy).toBe(minutesOn(60))
  })

  test('is what it was after an undo', () => {
    const urgent = moved(calm, escalate(calm, grace, 'it burns', at, policy))

    expect(moved(urgent, undo(urgent, grace, at, String)).respondBy).toBe(calm.respondBy)
  })
})

test('whoever is on call in another team has acknowledged nothing yet', () => {
  const burning = moved(calm, escalate(calm, grace, 'it burns', at, policy))
  const answered = moved(burning, acknowledge(burning, grace, at, String))

  expect(moved(answered, reassign(answered, grace, to({ person: alan }), at, context)).acknowledgedBy).toBe(grace)
  const away = moved(answered, reassign(answered, grace, to({ team: platform }), at, context))

  expect(away.acknowledgedBy).toBeUndefined()
  expect(moved(away, undo(away, grace, at, String)).acknowledgedBy).toBe(grace)
})
