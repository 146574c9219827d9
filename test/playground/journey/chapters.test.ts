import { describe, expect, test } from 'vitest'
import type { TicketEvent } from '../../../src/core/events.ts'
import { applyEvent } from '../../../src/core/events.ts'
import { lessonsOf } from '../../../src/core/lesson.ts'
import { MINUTE, plusMs, timestamp } from '../../../src/core/time.ts'
import { contributions } from '../../../src/playground/journey/chapters/considered.ts'
import type { Findings } from '../../../src/playground/journey/findings.ts'
import { tell } from '../../../src/playground/journey/journey.ts'
import type { JourneyStage } from '../../../src/playground/page-contract.ts'
import type { SlackPost } from '../../../src/ports.ts'
import {
  aDecision,
  alan,
  anAgent,
  billingDesk,
  grace,
  history,
  MONDAY,
  readingAs,
  routed,
} from '../../support/routing.ts'
import { aTicket } from '../../support/tickets.ts'

const received: TicketEvent = { type: 'received', at: MONDAY, by: 'email' }
const human = { at: plusMs(MONDAY, MINUTE), by: grace } as const
const accepted: TicketEvent = { type: 'accepted', person: grace, ...human }
const resolved: TicketEvent = { type: 'resolved', person: grace, ...human }

/** What is found of a ticket with this history. */
function found(
  events: readonly TicketEvent[],
  given: Partial<Findings> = {},
  text = 'My card was charged twice.',
): Findings {
  const start = aTicket({ version: 0, source: 'email', body: text })
  const recorded = history(...events)
  return {
    ticket: events.reduce(applyEvent, start),
    events: recorded,
    lessons: [],
    messages: [
      {
        source: 'email',
        externalId: 'm1',
        author: 'ada@example.com',
        subject: start.subject,
        visible: text,
        characters: text.length,
        attachments: [],
        receivedAt: MONDAY,
      },
    ],
    posts: [],
    jobs: [],
    agents: [
      anAgent({ id: grace, name: 'Grace Hopper' }),
      anAgent({ id: alan, name: 'Alan Turing', slackUser: 'U0ALAN' }),
    ],
    teams: [{ id: billingDesk, name: 'Billing desk', channel: 'C0BILL', lead: grace, onCall: [alan, grace] }],
    triageChannel: 'C0TRIAGE',
    account: undefined,
    alsoOpen: 0,
    now: human.at,
    nameOf: (id) => ({ grace: 'Grace Hopper', alan: 'Alan Turing' })[id as string] ?? id,
    codeOf: (code) => ({ kind: 'file', path: typeof code === 'string' ? code : code[0], line: 1 }),
    ...given,
  }
}

const lines = (findings: Findings, stage: JourneyStage) =>
  tell(findings).find((chapter) => chapter.stage === stage)?.lines ?? []
const says = (findings: Findings, stage: JourneyStage) => lines(findings, stage).map((line) => line.says)

const aPost = (given: Partial<SlackPost> = {}): SlackPost => ({
  key: 'k1',
  kind: 'card',
  ticketId: aTicket().id,
  target: 'C0BILL',
  channel: 'C0BILL',
  urgent: false,
  state: 'posted',
  attempt: 1,
  fence: 1,
  leaseUntil: undefined,
  intentAt: MONDAY,
  ambiguousAt: undefined,
  notBefore: undefined,
  ts: '1767603605.000100',
  sentVersion: 2,
  redrawAt: undefined,
  sweeps: 0,
  lastError: undefined,
  ...given,
})

test('every line has a source that exists', () => {
  const findings = found([received, routed(), accepted, resolved])

  for (const { lines } of tell(findings))
    for (const { says, source } of lines) {
      expect(says).not.toBe('')
      if (source.kind === 'event') expect(findings.events.map(({ version }) => version)).toContain(source.version)
    }
  expect(tell(findings).map(({ stage }) => stage)).toEqual([
    'arrived',
    'voices',
    'customer',
    'considered',
    'decided',
    'happened',
    'learned',
    'next',
  ])
})

describe('what arrived', () => {
  test('says how, from whom, and that it was read whole', () => {
    expect(says(found([received]), 'arrived')).toEqual([
      'An e-mail from Ada <ada@example.com>: “I was charged twice”',
      'Read whole: 26 characters',
    ])
  })

  test('says how much was left out, what came with it, and cuts what is long', () => {
    const text = 'Help! '.repeat(100)
    const findings = found([received, routed({ classification: readingAs('billing', { language: 'de' }) })], {}, text)
    const [message] = findings.messages
    const attachments = [{ name: 'log.txt', type: 'text/plain', bytes: 2_000 }]

    const told = { ...findings, messages: [{ ...message!, characters: 1_912, attachments }] }

    expect(says(told, 'arrived').slice(1)).toEqual([
      'Read: 600 of 1,912 characters; quotes, signature and blank space are left out',
      'Written in German',
      '1 file came with it; files are named, not read',
    ])
    expect(lines(told, 'arrived')[1]!.detail!.length).toBeLessThan(250)
    expect(lines(told, 'arrived')[3]!.detail).toBe('log.txt (2,000 bytes)')
  })

  test('says when a machine wrote it and when it could not be read', () => {
    const findings = found([received])
    const ticket = { ...findings.ticket, fields: { automatic: 'true', plan: 'gold' }, degraded: 'The mail is cut off.' }

    expect(says({ ...findings, ticket }, 'arrived').slice(2)).toEqual([
      'A machine wrote it, not a person (RFC 3834)',
      'With 1 fact beside the text',
      'It could not be read properly: The mail is cut off.',
    ])
  })
})

describe('what each voice said', () => {
  test('gives shares, floors, words, the silent with the reason, and what they say together', () => {
    const classification = readingAs('billing', {
      topics: { billing: 0.83, account: 0.12, login: 0.001 },
      confidence: 0.83,
      secondTopic: 'account',
      voices: [
        { id: 'rules', weight: 1, opinion: { priorityFloor: 'P2', because: ['rule “refund”'] } },
        { id: 'learned', weight: 1, opinion: { topics: { billing: 0.7, account: 0.3 }, because: ['“charged”'] } },
      ],
      missing: ['the language model did not answer in time'],
    })

    const told = lines(found([received, routed({ classification })]), 'voices')

    expect(told.slice(0, 4)).toMatchObject([
      { says: 'Rules: at least P2', detail: 'rule “refund”', source: { path: 'rules' } },
      { says: 'Learned: billing 70 %', detail: '“charged”', share: 0.7, source: { path: 'learned' } },
      { says: 'Not heard: the language model did not answer in time', tone: 'bad' },
      { says: 'Together: billing (83 % sure, else account)', detail: 'account 12 %', share: 0.83 },
    ])
  })

  test.each([
    ['the language model did not answer in time', 'bad'],
    ['the language model is being left alone after repeated failures', 'bad'],
    ['rules failed', 'bad'],
    ['the model is asked after the page goes out', 'muted'],
    ['the language model has no topics to choose from', 'muted'],
    ['the language model refused to read this ticket', 'muted'],
  ])('a voice that was not heard, “%s”, has the tone %s', (says, tone) => {
    const told = lines(
      found([received, routed({ classification: readingAs('billing', { missing: [says] }) })]),
      'voices',
    )

    expect(told).toContainEqual(expect.objectContaining({ says: `Not heard: ${says}`, tone }))
  })

  test('points a voice that was heard later at the event that added it', () => {
    const model = { id: 'language-model', weight: 1, opinion: { topics: { billing: 0.9 }, because: [] } }
    const classification = readingAs('billing', { voices: [model] })
    const consulted: TicketEvent = { type: 'consulted', classification, at: human.at, by: 'router' }

    const told = lines(found([received, routed(), consulted]), 'voices')

    expect(told[0]).toMatchObject({ says: 'Language model: billing 90 %', at: human.at, source: { version: 3 } })
    expect(told[1]).toMatchObject({ source: { path: 'redact' } })
  })
})

describe('what we know about the customer', () => {
  test('tells what was known at the decision, what is known now, and what was missing', () => {
    const decision = aDecision({ facts: { account: 'Acme', tier: 'enterprise', missing: ['open-tickets'] } })
    const account = { id: 'acme', name: 'Acme', tier: 'enterprise', domains: [], owner: grace, value: 182_000 } as never

    expect(says(found([received, routed({ decision })], { account, alsoOpen: 1 }), 'customer')).toEqual([
      'A customer: Acme, tier enterprise',
      'In our books now: worth €182,000 a year, Grace Hopper looks after them',
      '1 other ticket of theirs is open now',
      'Not known: open-tickets; decided without it',
    ])
  })

  test('says that nobody knows the sender', () => {
    expect(says(found([received, routed()]), 'customer')).toEqual(['No account is known for ada@example.com'])
  })
})

describe('who was considered', () => {
  const parts = [
    { signal: 'skill-match', label: 'knows the subject', score: 1, weight: 3, says: 'billing 3/3' },
    { signal: 'headroom', label: 'has room', score: 0.5, weight: 2 },
    { signal: 'availability', label: 'is at work for hours yet', score: 0.333, weight: 1 },
  ]
  const score = (1 * 3 + 0.5 * 2 + 0.333 * 1) / 6
  const ranking = {
    candidates: [{ person: grace, score, parts }],
    excluded: [{ person: alan, reason: 'is not in team billing-desk' }],
  }

  test('takes a score apart into shares that make it up', () => {
    const made = contributions({ person: grace, score, parts })

    expect(made.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(score, 10)
    expect(made.reduce((sum, { points }) => sum + points, 0)).toBe(Math.round(score * 100))
    expect(contributions({ person: grace, score: 0, parts: [] })).toEqual([])
  })

  test('tells the reasons and the reasons against', () => {
    const told = lines(found([received, routed({ decision: aDecision({ ranking }) })]), 'considered')

    expect(told).toMatchObject([
      { says: 'Grace Hopper 72 %', share: score, source: { kind: 'decision' } },
      {
        says: 'of it 50 %: knows the subject (billing 3/3)',
        share: 0.5,
        source: { path: 'src/signals/skill-match.ts' },
      },
      { says: 'of it 17 %: has room', source: { path: 'src/signals/headroom.ts' } },
      { says: 'of it 5 %: is at work for hours yet', source: { path: 'src/signals/availability.ts' } },
      { says: 'Not Alan Turing: not in team billing-desk', tone: 'muted' },
    ])
  })

  test('says that nobody could, or that nobody was looked at', () => {
    const queue = aDecision({ destination: { kind: 'queue', team: billingDesk } })
    const triage = aDecision({ destination: { kind: 'triage' } })

    expect(says(found([received, routed({ decision: queue })]), 'considered')).toEqual([
      'Nobody could take it at that moment.',
    ])
    expect(says(found([received, routed({ decision: triage })]), 'considered')[0]).toContain('Nobody was looked at')
  })
})

test('what was decided has its row, its deadline and its policy', () => {
  expect(says(found([received, routed()]), 'decided')).toEqual([
    'Offered to Grace Hopper in billing-desk',
    'Matrix row: billing · any tier · any priority',
    'The first answer is due by 2026-01-05 13:00 UTC',
    'By policy v1, before the first lesson',
  ])
  expect(lines(found([received, routed()]), 'decided')[2]!.detail).toContain('4 h from the decision')
  expect(says(found([received]), 'decided')).toEqual(['It has not been decided yet.'])
})

test('what happened has events and posts in order, and marks what was taken back', () => {
  const undone: TicketEvent = {
    type: 'undone',
    takenBack: 3,
    move: 'accepted',
    restored: found([received, routed()]).ticket,
    ...human,
  }

  const told = lines(found([received, routed(), accepted, undone], { posts: [aPost()] }), 'happened')

  expect(told.map(({ says }) => says)).toEqual([
    'it arrived',
    'it was offered to Grace Hopper in billing-desk',
    'a card was put up in the channel of Billing desk',
    'Grace Hopper accepted it (taken back later)',
    'Grace Hopper took a move back (accepted)',
  ])
  expect(told[3]!.tone).toBe('muted')
})

describe('what it taught', () => {
  const events = [received, routed(), accepted, resolved]
  const { ticket, events: recorded } = found(events)
  const logged = lessonsOf(ticket, recorded).map((lesson, index) => ({
    ...lesson,
    sequence: index + 1,
    forgotten: false,
    forgottenBy: undefined,
    forgottenAt: undefined,
  }))

  test('says what it changes, or that it is being learned', () => {
    const agents = [anAgent({ id: grace, name: 'Grace Hopper', record: { billing: { right: 3, wrong: 1 } } })]

    expect(lines(found(events, { lessons: logged, agents }), 'learned')).toMatchObject([
      { says: 'words like these mean billing, says Grace Hopper', tone: 'good', source: { version: 4 } },
      { detail: 'It counts in the record of Grace Hopper on billing. It stands at 3 of 4 right.' },
    ])
    expect(lines(found(events), 'learned')[0]!.detail).toBe('It is being learned.')
    expect(says(found([received, routed()]), 'learned')[0]).toContain('Nothing yet.')
  })

  test('marks what was forgotten', () => {
    const forgottenAt = timestamp('2026-01-06T10:00:00Z')
    const lessons = logged.map((lesson) => ({ ...lesson, forgotten: true, forgottenBy: 'alan', forgottenAt }))

    const told = lines(found(events, { lessons }), 'learned')

    expect(told.map(({ tone }) => tone)).toEqual(['muted', 'muted'])
    expect(told[0]).toMatchObject({
      says: 'words like these mean billing, says Grace Hopper: forgotten',
      detail: 'Alan Turing took it back for good, 2026-01-06 10:00 UTC; it changes nothing any more',
    })
  })
})

describe('what happens next', () => {
  test.each<readonly [string, readonly TicketEvent[], string]>([
    ['being read', [received], 'It is read and decided next.'],
    ['offered', [received, routed()], 'It waits for Grace Hopper to accept it; others may take it too.'],
    [
      'queued',
      [received, routed({ decision: aDecision({ destination: { kind: 'queue', team: billingDesk } }) })],
      'It waits in the queue of Billing desk until somebody accepts it.',
    ],
    [
      'in triage',
      [received, routed({ decision: aDecision({ destination: { kind: 'triage' } }) })],
      'It waits in triage until people say where it belongs.',
    ],
    ['accepted', [received, routed(), accepted], 'Grace Hopper works on it.'],
    ['resolved', [received, routed(), accepted, resolved], 'Nothing: it is closed.'],
  ])('when it is %s', (_, events, expected) => {
    expect(says(found(events), 'next')[0]).toBe(expected)
  })

  test('says who is being called, and who is next', () => {
    const urgent = routed({
      classification: readingAs('billing', { priority: 'P1' }),
      decision: aDecision({ page: true }),
    })
    const page = aPost({ key: 'k2', kind: 'page', target: 'U0ALAN' })

    expect(lines(found([received, urgent], { posts: [page] }), 'next')).toContainEqual({
      says: 'Alan Turing is being called; nobody has acknowledged yet.',
      detail: 'Should the message not reach them, Grace Hopper is called.',
      tone: 'bad',
      source: { kind: 'file', path: 'callees', line: 1 },
    })
    expect(says(found([received, urgent]), 'next')).toContain('Whoever is on call is being called.')
    const acknowledged: TicketEvent = { type: 'acknowledged', person: alan, at: human.at, by: alan }
    expect(says(found([received, urgent, acknowledged], { posts: [page] }), 'next').join()).not.toContain(
      'being called',
    )
  })

  test('says when the answer is due, that it is overdue, and until when a move can be taken back', () => {
    const now = timestamp('2026-01-05T14:00:00Z')

    expect(says(found([received, routed()]), 'next')).toContain('The first answer is due by 2026-01-05 13:00 UTC.')
    expect(lines(found([received, routed()], { now }), 'next')).toContainEqual(
      expect.objectContaining({ says: 'The first answer is overdue since 2026-01-05 13:00 UTC.', tone: 'bad' }),
    )
    const undo = 'Grace Hopper may take the last move back until 09:02:00 UTC.'
    expect(says(found([received, routed(), accepted]), 'next')).toContain(undo)
    expect(says(found([received, routed(), accepted], { now }), 'next')).not.toContain(undo)
  })

  test('tells of posts that are not there yet and of jobs with their moments', () => {
    const posts = [
      aPost({ state: 'pending', ts: undefined, lastError: 'HTTP 503' }),
      aPost({ key: 'k2', kind: 'page', target: 'U0ALAN', state: 'uncertain', ts: undefined }),
      aPost({ key: 'k3', target: 'C0TRIAGE', sentVersion: 1 }),
    ]
    const later = plusMs(human.at, 5 * MINUTE)
    const jobs = [
      { key: 'consult:t', state: 'waiting', runAt: MONDAY, attempts: 0, error: undefined },
      { key: 'deliver:k1', state: 'waiting', runAt: later, attempts: 2, error: 'Error: no' },
      { key: 'learn:t', state: 'dead', runAt: MONDAY, attempts: 5, error: 'Error: broken' },
    ] as const

    expect(lines(found([received, routed()], { posts, jobs }), 'next').slice(2)).toMatchObject([
      {
        says: 'Slack is given its card in the channel of Billing desk.',
        detail: 'The last try: HTTP 503.',
        tone: 'bad',
      },
      { says: 'Nobody knows whether Slack has the call to Alan Turing; it is looked for before it is posted again.' },
      { says: 'Slack is told the newest about its card in the triage channel.' },
      { says: 'In a moment: the language model is asked what it makes of it.' },
      {
        at: later,
        says: expect.stringMatching(/^At 09:06:00 UTC: .*Billing desk/),
        detail: 'Try 2 ended with: Error: no',
      },
      { says: expect.stringMatching(/^Set aside: /), tone: 'bad' },
    ])
  })
})
