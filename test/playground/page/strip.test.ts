import { describe, expect, test } from 'vitest'
import { EMPTY_ROOM } from '../../../src/playground/page/state.ts'
import { botWords, brokenWords } from '../../../src/playground/page/strip/breaks.ts'
import { figureOf, freshLines, lineKeys, sourceName } from '../../../src/playground/page/strip/journey-lines.ts'
import { MAIL_EXAMPLES } from '../../../src/playground/page/strip/mail-examples.ts'
import { BLANK_MAIL, base64Of, emlFault, LARGEST_EML, mailFaults } from '../../../src/playground/page/strip/own-mail.ts'
import { lineSigns } from '../../../src/playground/page/strip/scene-lines.ts'
import { notchOf, SPEEDS, speedWords } from '../../../src/playground/page/strip/speed.ts'
import { found, mentions, neighbours, priorityWords, standing } from '../../../src/playground/page/strip/tickets.ts'
import { ticketsInUse } from '../../../src/playground/page/strip/tickets-in-use.ts'
import { clockTime } from '../../../src/playground/page/strip/times.ts'
import type {
  BotState,
  BreakName,
  Journey,
  JourneyLine,
  PageMessage,
  TicketLine,
} from '../../../src/playground/page-contract.ts'

const aTicket = (number: number, changes: Partial<TicketLine> = {}): TicketLine => ({
  number,
  subject: 'Invoice is wrong',
  status: 'offered',
  priority: 'P3',
  team: 'billing-desk',
  assignee: 'Ada Lovelace',
  receivedAt: '2026-05-04T07:52:03Z',
  ...changes,
})

const aLine = (says: string, changes: Partial<JourneyLine> = {}): JourneyLine => ({
  says,
  source: { kind: 'decision' },
  ...changes,
})

const aJourney = (...lines: readonly JourneyLine[]): Journey => ({
  ticket: aTicket(1),
  chapters: [
    { stage: 'decided', title: 'What was decided', lines: [aLine('Offered to Ada')] },
    { stage: 'happened', title: 'What happened', lines },
  ],
})

describe('finding a ticket', () => {
  const tickets = [
    aTicket(120, { subject: 'Error 12 on save' }),
    aTicket(31, { subject: 'Order 12 is late', team: 'platform' }),
    aTicket(12),
    aTicket(7, { subject: 'Passwort vergessen', priority: 'P1', status: 'triage', team: null, assignee: null }),
  ]
  const numbers = (search: string, limit?: number) => found(tickets, search, limit).map(({ number }) => number)

  test('a number is found first, then longer ones, then subjects that say it', () => {
    expect(numbers('12')).toEqual([12, 120, 31])
    expect(numbers('#12')).toEqual([12, 120, 31])
    expect(numbers('999')).toEqual([])
  })

  test('every word has to be there, in the subject or in what one sees of the ticket', () => {
    expect(numbers('passwort')).toEqual([7])
    expect(numbers('URGENT triage')).toEqual([7])
    expect(numbers('platform late')).toEqual([31])
    expect(numbers('platform passwort')).toEqual([])
    expect(numbers('ada')).toEqual([120, 31, 12])
  })

  test('nothing asked shows the newest, as many as fit', () => {
    expect(numbers('  ', 2)).toEqual([120, 31])
  })

  test('steps to the next one in either direction and ends at the ends', () => {
    expect(neighbours(tickets, 31)).toEqual({ newer: 120, older: 12 })
    expect(neighbours(tickets, 120)).toEqual({ newer: null, older: 31 })
    expect(neighbours(tickets, 7)).toEqual({ newer: 12, older: null })
    expect(neighbours(tickets, null)).toEqual({ newer: null, older: 120 })
    expect(neighbours([], 3)).toEqual({ newer: null, older: null })
  })
})

test('tickets are found in a text, channels are not', () => {
  expect(mentions('#29 has its card in #billing-desk, see #7.')).toEqual([
    29,
    ' has its card in #billing-desk, see ',
    7,
    '.',
  ])
  expect(mentions('Nothing')).toEqual(['Nothing'])
})

test('a card that is being used names its ticket; forms and other messages name none', () => {
  const message = (ts: string, ticket: number | null) => ({ ts, ticket }) as PageMessage
  const rooms = { C1: { ...EMPTY_ROOM, messages: [message('1.1', 7), message('1.2', null)] } }
  const busy = { state: 'busy' } as const

  expect(
    ticketsInUse({ rooms, uses: { 'C1/1.1/waybill:accept': busy, 'C1/1.2/x': busy, 'modal/submit': busy } }),
  ).toEqual([7])
  expect(ticketsInUse({ rooms, uses: { 'C2/1.1/waybill:accept': busy } })).toEqual([])
})

test('priority and state are words, never a colour alone', () => {
  expect(priorityWords('P1')).toBe('P1 urgent')
  expect(priorityWords(null)).toBe('not read yet')
  expect(priorityWords('P9')).toBe('P9')
  expect(standing(aTicket(1))).toBe('offered to Ada Lovelace in billing-desk')
  expect(standing(aTicket(1, { status: 'queued', assignee: null }))).toBe('waits for anybody in billing-desk')
  expect(standing(aTicket(1, { status: 'triage', assignee: null, team: null }))).toBe('people decide (triage)')
  expect(standing(aTicket(1, { status: 'accepted' }))).toBe('Ada Lovelace has it')
  expect(standing(aTicket(1, { status: 'received' }))).toBe('being read')
})

describe('lines of a journey', () => {
  test('a share has its figure in text, once', () => {
    expect(figureOf(aLine('Rules: billing', { share: 0.724 }))).toBe('72 %')
    expect(figureOf(aLine('Rules: billing 72 %', { share: 0.724 }))).toBeUndefined()
    expect(figureOf(aLine('Rules: nothing to say'))).toBeUndefined()
    expect(figureOf(aLine('No room', { share: 0 }))).toBe('0 %')
    expect(figureOf(aLine('Together', { share: 0.997 }))).toBe('over 99 %')
    expect(figureOf(aLine('Together: over 99 % sure', { share: 0.997 }))).toBeUndefined()
    expect(figureOf(aLine('Learned: outage 100 %', { share: 0.999 }))).toBeUndefined()
    expect(figureOf(aLine('All of it', { share: 1 }))).toBe('100 %')
  })

  test('a source is named shortly', () => {
    expect(sourceName({ kind: 'event', version: 4 })).toBe('event 4')
    expect(sourceName({ kind: 'decision' })).toBe('decision record')
    expect(sourceName({ kind: 'file', path: 'src/core/decision.ts', line: 33 })).toBe('decision.ts:33')
    expect(sourceName({ kind: 'file', path: 'db/seeds/starter.yml' })).toBe('starter.yml')
  })

  test('what is new is found, also when the same thing happened again', () => {
    const accepted = aLine('Ada accepted', { at: '2026-05-04T08:00:00Z' })
    const before = aJourney(accepted)
    const after = aJourney({ ...accepted }, { ...accepted }, aLine('Ada resolved'))

    expect(freshLines(before, after)).toHaveLength(2)
    expect(freshLines(before, aJourney({ ...accepted }))).toEqual([])
    expect(new Set(lineKeys(after).values()).size).toBe(4)
  })

  test('what lies ahead changes with the clock and is no news', () => {
    const ahead = (says: string): Journey => ({
      ...aJourney(),
      chapters: [...aJourney().chapters, { stage: 'next', title: 'Next', lines: [aLine(says)] }],
    })

    expect(freshLines(ahead('Due in 3 min'), ahead('Due in 2 min'))).toEqual([])
  })

  test('a decision is no news to somebody who watched the ticket arrive', () => {
    const before: Journey = { ...aJourney(), ticket: aTicket(1, { status: 'received' }) }

    expect(freshLines(before, aJourney(aLine('A card was put up')))).toEqual([])
    expect(freshLines(aJourney(), aJourney(aLine('A card was put up')))).toHaveLength(1)
  })
})

describe('speed', () => {
  test('every notch stands where it is, and any other speed at the nearest', () => {
    expect(SPEEDS.map(notchOf)).toEqual(SPEEDS.map((_, at) => at))
    expect(SPEEDS[notchOf(7)]).toBe(6)
    expect(SPEEDS[notchOf(10_000)]).toBe(600)
    expect(SPEEDS[notchOf(0)]).toBe(1)
  })

  test('is said in words', () => {
    expect(speedWords(6)).toBe('6 a minute: one every 10 seconds, time to click')
    expect(speedWords(1)).toBe('1 a minute: one every minute, time to read everything')
    expect(speedWords(60)).toBe('60 a minute: one a second, too fast to read')
    expect(speedWords(240)).toBe('240 a minute: 4 a second, a storm')
  })
})

describe('own mail', () => {
  test('needs an address and something to read', () => {
    const mail = (email: string, subject: string, body: string) =>
      Object.keys(mailFaults({ from: { name: '', email }, subject, body }))

    expect(mail('a@b.example', 'Hello', '')).toEqual([])
    expect(mail('a@b.example', '', 'Hello')).toEqual([])
    expect(mail('', ' ', ' ')).toEqual(['email', 'body'])
    for (const wrong of ['a', 'a@', '@b', 'a@b@c', 'a b@c', '<a@b>'])
      expect(mail(wrong, 'Hello', '')).toEqual(['email'])
  })

  test('begins with a sender, so that a text is enough', () => {
    expect(Object.keys(mailFaults(BLANK_MAIL))).toEqual(['body'])
    expect(mailFaults({ ...BLANK_MAIL, body: 'Hello' })).toEqual({})
  })

  test('every example can be sent, and they are in at least six languages', () => {
    for (const { mail } of MAIL_EXAMPLES) expect(mailFaults(mail)).toEqual({})
    expect(new Set(MAIL_EXAMPLES.map(({ lang }) => lang)).size).toBeGreaterThanOrEqual(6)
    expect(new Set(MAIL_EXAMPLES.map(({ mail }) => mail.subject)).size).toBe(MAIL_EXAMPLES.length)
  })

  test('a dropped file is refused in words before it is sent', () => {
    expect(emlFault('mail.EML', 10)).toBeUndefined()
    expect(emlFault('mail.msg', 10)).toContain('only .eml')
    expect(emlFault('mail.eml', 0)).toBe('mail.eml is empty.')
    expect(emlFault('mail.eml', LARGEST_EML + 1)).toContain('26 MB')
  })

  test('any bytes survive base64, also many', () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, at) => (at * 31) % 256)

    expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(base64Of(new Uint8Array())).toBe('')
  })
})

describe('what is broken', () => {
  const nothing: Record<BreakName, boolean> = {
    'rate-limit': false,
    'slack-down': false,
    'model-down': false,
    'bot-down': false,
  }
  const up: BotState = { state: 'up', pid: 4711, starts: 2 }

  test('is one sentence, and none when all is well', () => {
    expect(brokenWords({ broken: nothing, bot: up })).toBeUndefined()
    expect(brokenWords({ broken: { ...nothing, 'slack-down': true }, bot: up })).toBe('Slack is down.')
    expect(
      brokenWords({ broken: { ...nothing, 'rate-limit': true, 'model-down': true, 'bot-down': true }, bot: up }),
    ).toBe('Slack answers “too many requests”, the language model is down and the bot is down.')
  })

  test('a bot that died by itself is broken too', () => {
    expect(brokenWords({ broken: nothing, bot: { ...up, state: 'down', pid: null } })).toBe('The bot is down.')
  })

  test('the bot says which process it is', () => {
    expect(botWords(up)).toBe('The bot is up (process 4711, started 2 times)')
    expect(botWords({ state: 'down', pid: null, starts: 1 })).toBe('The bot is down (started once)')
  })
})

test('times are those of the wall clock', () => {
  expect(clockTime('2026-05-04T07:52:03Z', 'Europe/Berlin')).toBe('09:52:03')
  expect(clockTime('2026-05-04T22:00:00Z', 'Europe/London')).toBe('23:00:00')
})

test('only the line that failed a scene looks like a failure; what a scene breaks on purpose is an alert', () => {
  const at = '2026-05-04T07:52:03Z'
  const says = [
    { at, text: 'Slack is down', tone: 'bad' },
    { at, text: 'two tickets came' },
    { at, text: 'each is stored', tone: 'good' },
    { at, text: 'no card came', tone: 'bad' },
  ] as const

  expect(lineSigns({ state: 'running', says })).toEqual(['alert', undefined, 'good', 'alert'])
  expect(lineSigns({ state: 'failed', says })).toEqual(['alert', undefined, 'good', 'failed'])
  expect(lineSigns({ state: 'failed', says: [] })).toEqual([])
})
