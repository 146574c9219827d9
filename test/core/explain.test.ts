import { describe, expect, test } from 'vitest'
import { applyEvent, type TicketEvent } from '../../src/core/events.ts'
import { decidedBy, explain, taughtBy } from '../../src/core/explain.ts'
import { teamId } from '../../src/core/ids.ts'
import { type LoggedLesson, lessonsOf } from '../../src/core/lesson.ts'
import { timestamp } from '../../src/core/time.ts'
import { alan, billingDesk, grace, history, MONDAY, routed } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

test.each([
  ['8c7147004738.0@0', 'policy v3, before the first lesson'],
  ['8c7147004738.0@1', 'policy v3 and the one lesson up to then'],
  ['8c7147004738.2@12', 'policy v3 and the 12 lessons up to then'],
  ['of-another-kind', 'policy v3 and the lessons up to then'],
])('a decision of the learner %s was made by %s', (modelVersion, says) => {
  expect(decidedBy({ policyVersion: 3, modelVersion })).toBe(says)
})

const human = { at: MONDAY, by: grace } as const
const reassigned: TicketEvent = {
  type: 'reassigned',
  team: billingDesk,
  person: alan,
  wrong: 'topic',
  topic: 'login',
  priority: undefined,
  note: undefined,
  ...human,
}
const events = history(
  { type: 'received', at: MONDAY, by: 'email' },
  routed(),
  reassigned,
  { type: 'accepted', person: alan, ...human },
  { type: 'resolved', person: alan, ...human },
)
const ticket = aTicket()

/** The log as it stands once somebody forgot the event of this version. */
const logWithout = (version: number | undefined): readonly LoggedLesson[] =>
  lessonsOf(ticket, events).map((lesson, index) => {
    const isForgotten = lesson.eventVersion === version
    return {
      ...lesson,
      sequence: index + 1,
      forgotten: isForgotten,
      forgottenBy: isForgotten ? 'alan' : undefined,
      forgottenAt: isForgotten ? timestamp('2026-01-06T10:00:00Z') : undefined,
    }
  })

const saidAboutLessons = (lessons: readonly LoggedLesson[]) =>
  explain(ticket, { events, lessons }, (id) => id.toUpperCase())
    .find(({ title }) => title === 'What it taught')
    ?.statements.map(({ says }) => says)

test('tells what the history teaches, also before it stands in the log', () => {
  const said = [
    'words like these mean login (GRACE)',
    'words like these mean login (GRACE)',
    'ALAN can answer login (GRACE)',
  ]

  expect(saidAboutLessons([])).toEqual(said)
  expect(saidAboutLessons(logWithout(undefined))).toEqual(said)
})

test('marks a lesson that was forgotten, and what later events teach without it', () => {
  expect(saidAboutLessons(logWithout(3))).toEqual([
    'words like these mean login (GRACE); forgotten by ALAN, 2026-01-06 10:00 UTC: it teaches no more',
    'words like these mean billing (GRACE)',
    'ALAN can answer billing (GRACE)',
  ])
})

test('a lesson that was taken back by undo is not told as forgotten by hand', () => {
  const silenced = logWithout(undefined).map((lesson) => ({ ...lesson, forgotten: true }))

  expect(taughtBy(ticket, { events, lessons: silenced }).map(({ forgottenAt }) => forgottenAt)).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

describe('what was decided', () => {
  const told = (...since: readonly TicketEvent[]) => {
    const moved = [routed(), ...since].reduce(applyEvent, aTicket())
    return explain(moved, { events: [], lessons: [] }, (id) => id.toUpperCase())[0]!.statements.map(({ says }) => says)
  }
  const offered = 'Offered to GRACE in billing-desk'
  const accepted: TicketEvent = { type: 'accepted', person: grace, ...human }

  test('is told as the present while nothing has changed', () => {
    expect(told()[0]).toBe(offered)
  })

  test.each<[string, readonly TicketEvent[], string]>([
    ['accepted', [accepted], 'GRACE in billing-desk is on it, topic billing, P3'],
    ['resolved', [accepted, { type: 'resolved', person: grace, ...human }], 'resolved, topic billing, P3'],
    [
      'handed back',
      [{ type: 'handedBack', person: grace, ...human }],
      'waiting in billing-desk for somebody to accept, topic billing, P3',
    ],
    ['sent to somebody else', [reassigned], 'offered to ALAN in billing-desk, not accepted yet, topic login, P3'],
    [
      'sent to another queue',
      [{ ...reassigned, team: teamId('api'), person: undefined, topic: 'api' }],
      'waiting in api for somebody to accept, topic api, P3',
    ],
    [
      'called for help about',
      [{ type: 'escalated', because: 'angry', priority: 'P2', respondBy: undefined, ...human }],
      'offered to GRACE in billing-desk, not accepted yet, topic billing, P2',
    ],
  ])('comes after the present once it was %s', (_, since, now) => {
    expect(told(...since).slice(0, 3)).toEqual([
      `Now: ${now}`,
      `First decided: ${offered}`,
      expect.stringMatching(/^Topic: billing/),
    ])
  })

  test('is the present again once the move was taken back', () => {
    const { before } = [routed(), accepted].reduce(applyEvent, aTicket()).undoable!
    expect(told(accepted, { type: 'undone', takenBack: 2, move: 'accepted', restored: before, ...human })[0]).toBe(
      offered,
    )
  })
})
