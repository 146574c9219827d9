import { describe, expect, test } from 'vitest'
import type { TicketEvent, WrongPart } from '../../src/core/events.ts'
import { accountId } from '../../src/core/ids.ts'
import { lessonsOf } from '../../src/core/lesson.ts'
import { placementOf } from '../../src/core/ticket.ts'
import { aDecision, alan, billingDesk, grace, history, MONDAY, routed } from '../support/routing.ts'
import { aTicket } from '../support/tickets.ts'

const ticket = aTicket({ accountId: accountId('acme') })
const human = { at: MONDAY, by: grace } as const
const received: TicketEvent = { type: 'received', at: MONDAY, by: 'connector' }
const accepted: TicketEvent = { type: 'accepted', person: grace, ...human }
const handedBack: TicketEvent = { type: 'handedBack', person: grace, ...human }
const resolved: TicketEvent = { type: 'resolved', person: grace, ...human }
const escalated: TicketEvent = { type: 'escalated', because: 'it burns', priority: 'P1', ...human }
const undone = (takenBack: number): TicketEvent => ({
  type: 'undone',
  takenBack,
  move: 'resolved',
  restored: placementOf(ticket),
  ...human,
})
const reassigned = (wrong: WrongPart, given: Partial<TicketEvent & { type: 'reassigned' }> = {}): TicketEvent => ({
  type: 'reassigned',
  team: billingDesk,
  person: alan,
  wrong,
  topic: undefined,
  priority: undefined,
  note: undefined,
  ...human,
  ...given,
})
const inTriage = routed({ decision: aDecision({ destination: { kind: 'triage' } }) })
const taught = (...events: readonly TicketEvent[]) =>
  lessonsOf(ticket, history(received, ...events)).map(({ eventVersion, teaching }) => [eventVersion, teaching])

const topic = (label: string) => ({ part: 'topic', label })
const right = (person: string, about = 'billing') => ({ part: 'record', person, topic: about, right: true })

describe.each<readonly [string, readonly TicketEvent[], readonly unknown[]]>([
  ['nothing, while nobody moved it', [routed()], []],
  ['nothing by accepting alone', [routed(), accepted], []],
  [
    'topic and record by accept and resolve',
    [routed(), accepted, resolved],
    [
      [4, topic('billing')],
      [4, right('grace')],
    ],
  ],
  ['nothing by resolving what nobody accepted', [routed(), resolved], []],
  ['nothing after it was handed back', [routed(), accepted, handedBack, resolved], []],
  [
    'nothing more by resolving what the customer opened again and nobody accepted since',
    [routed(), accepted, resolved, { type: 'reopened', because: '', at: MONDAY, by: 'email' }, resolved],
    [
      [4, topic('billing')],
      [4, right('grace')],
    ],
  ],
  ['nothing by a resolve that was undone', [routed(), accepted, resolved, undone(4)], []],
  [
    'again by resolving after the undo',
    [routed(), accepted, resolved, undone(4), resolved],
    [
      [6, topic('billing')],
      [6, right('grace')],
    ],
  ],
  ['the right topic', [routed(), reassigned('topic', { topic: 'login' })], [[3, topic('login')]]],
  ['nothing about topics when none was named', [routed(), reassigned('topic')], []],
  [
    'the right topic once more when it is solved under it',
    [routed(), reassigned('topic', { topic: 'login' }), { ...accepted, person: alan }, resolved],
    [
      [3, topic('login')],
      [5, topic('login')],
      [5, right('alan', 'login')],
    ],
  ],
  ['nothing by a reassignment that was undone', [routed(), reassigned('topic', { topic: 'login' }), undone(3)], []],
  ['that the holder lacked the skill', [routed(), reassigned('skill')], [[3, { ...right('grace'), right: false }]]],
  ['nothing about skill when nobody had it', [inTriage, reassigned('skill')], []],
  ['that the holder is full', [routed(), reassigned('full')], [[3, { part: 'capacity', person: 'grace' }]]],
  [
    'who looks after the account',
    [routed(), reassigned('owner')],
    [[3, { part: 'owner', accountId: 'acme', person: 'alan' }]],
  ],
  ['nothing about owners when a team got it', [routed(), reassigned('owner', { person: undefined })], []],
  [
    'the right priority, once',
    [routed(), reassigned('urgency', { priority: 'P2' })],
    [[3, { part: 'priority', label: 'P2' }]],
  ],
  ['the urgency by an escalation, once', [routed(), escalated], [[3, { part: 'priority', label: 'P1' }]]],
  [
    'each correction of the urgency by itself',
    [routed(), reassigned('urgency', { priority: 'P2' }), escalated],
    [
      [3, { part: 'priority', label: 'P2' }],
      [4, { part: 'priority', label: 'P1' }],
    ],
  ],
])('a history teaches %s', (_, events, lessons) => {
  test('and no more', () => {
    expect(taught(...events)).toEqual(lessons)
  })

  test('never two lessons of one event and part', () => {
    const names = lessonsOf(ticket, history(received, ...events)).map(
      ({ eventVersion, teaching }) => `${eventVersion} ${teaching.part}`,
    )

    expect(new Set(names).size).toBe(names.length)
  })
})

test('nothing is learned about owners when nobody knows the account', () => {
  expect(lessonsOf(aTicket(), history(received, routed(), reassigned('owner')))).toEqual([])
})

test('a lesson carries the words of the ticket and who taught it', () => {
  const [lesson] = lessonsOf(ticket, history(received, routed(), escalated))

  expect(lesson).toMatchObject({ ticketId: ticket.id, by: 'grace', at: MONDAY })
  expect(lesson?.text).toBe('I was charged twice\n\nHello, my card was charged twice in March. Please look into it.')
})

describe('an event somebody forgot', () => {
  const events = history(
    received,
    routed(),
    reassigned('topic', { topic: 'login' }),
    { ...accepted, person: alan },
    resolved,
  )
  const without = (...versions: readonly number[]) =>
    lessonsOf(ticket, events, new Set(versions)).map(({ eventVersion, teaching }) => [eventVersion, teaching])

  test('teaches nothing, and what later events taught because of it changes with it', () => {
    expect(without(3)).toEqual([
      [5, topic('billing')],
      [5, right('alan')],
    ])
  })

  test('leaves what others taught without it', () => {
    expect(without(5)).toEqual([[3, topic('login')]])
  })

  test('counts as if it had never happened', () => {
    const never = lessonsOf(ticket, history(received, routed(), { ...accepted, person: alan }, resolved))

    expect(without(3).map(([, teaching]) => teaching)).toEqual(never.map(({ teaching }) => teaching))
  })
})
