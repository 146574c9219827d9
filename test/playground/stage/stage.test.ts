import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Stage } from '../../../src/playground/stage/contract.ts'
import { startStage } from '../../../src/playground/stage/stage.ts'
import { board } from '../../support/board.ts'
import { SETTINGS } from './settings.ts'
import { isGone } from './support.ts'

/*
 * One bot in a process of its own for all of these: a start costs seconds. Each test leaves it up and whole.
 */

const PATIENCE_MS = 80_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const TICKETS = Array.from({ length: 80 }, (_, index) => ({
  subject: `Invoice T-stage-${index + 1}`,
  body: `Our invoice number ${index} lists the wrong amount, please send a credit note and a new invoice.`,
  from: `owen${index}@delta-clinic.example`,
}))

let folder: string
let stage: Stage

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-stage-test-'))
  const data = join(folder, 'tickets.jsonl')
  await writeFile(data, TICKETS.map((ticket) => JSON.stringify(ticket)).join('\n'))
  // What a developer keeps there must not reach the bot.
  await writeFile(
    join(folder, '.env'),
    'DATABASE_URL=postgres://nobody@127.0.0.1:1/none\nSLACK_BOT_TOKEN=xoxb-of-a-developer\n',
  )
  stage = await startStage({
    settings: SETTINGS,
    keep: folder,
    data,
    perMinute: 300,
    haste: { thinkMs: 10, handsMs: 10 },
  })
})

afterAll(async () => {
  const { pid } = stage.bot.state
  await stage.stop()
  await rm(folder, { recursive: true, force: true })
  expect(pid !== null && isGone(pid)).toBe(true)
})

const cards = () => board(() => stage.slack.ledger, stage.slack.app.botUserId)
const next = (count: number) => Promise.all(Array.from({ length: count }, () => stage.feeder.wish({ do: 'next' })))
const until = <T>(condition: () => T | Promise<T>) => stage.slack.until(condition, PATIENCE_MS)
const haveCards = (first: number, last: number) =>
  until(() => {
    const shown = cards()
    return range(first, last).every((number) => shown.cards(`T-stage-${number}`).length > 0)
  })
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('five people of five parts, and a guest whom the policy does not know', () => {
  expect(stage.cast.map(({ part }) => part)).toEqual(['agent', 'on-call', 'lead', 'admin', 'guest'])
  expect(new Set(stage.cast.map(({ id }) => id)).size).toBe(5)
  expect(stage.people.map(({ slackUser }) => slackUser)).not.toContain(stage.cast.at(-1)?.id)
  expect(stage.model).toMatchObject({ kind: 'stand-in' })
})

test('a click of the guest is refused in words', async () => {
  await next(1)
  await haveCards(1, 1)
  const guest = stage.slack.as('robin')
  const [card] = cards().cards('T-stage-1')

  await guest.click((message) => message.ts === card?.ts, 'waybill:accept')

  await until(() => guest.whispers().some(({ shows }) => shows.includes('not on the support rota')))
  expect((await stage.app.tickets.byNumber(1))?.status).toBe('offered')
})

test('killed while tickets pour in: each has exactly one card afterwards, and a click while it was away failed visibly', async () => {
  const { starts } = stage.bot.state
  const failures = stage.slack.ledger.failures.length
  await stage.feeder.wish({ do: 'play' })
  await haveCards(2, 4)

  await stage.breaks.set('bot-down', true)
  expect(stage.breaks.on['bot-down']).toBe(true)
  await until(() => (stage.feeder.state.waiting ?? 0) > 2)
  await stage.feeder.wish({ do: 'pause' })
  const [card] = cards().cards('T-stage-2')
  const outcome = await stage.slack.as('ada').click((message) => message.ts === card?.ts, 'waybill:accept')
  await next(1)
  const { sent, waiting = 0 } = stage.feeder.state
  await stage.breaks.set('bot-down', false)
  const last = sent + waiting
  await haveCards(2, last)
  await until(() => stage.feeder.state.sent === last)

  expect(outcome.acked).toBe(false)
  expect(stage.slack.ledger.failures.slice(failures)).toMatchObject([{ gesture: 'click waybill:accept' }])
  expect(stage.bot.state).toMatchObject({ state: 'up', starts: starts + 1 })
  const shown = cards()
  expect(range(1, last).map((number) => shown.mostCards(`T-stage-${number}`))).toEqual(range(1, last).map(() => 1))
  expect(await stage.app.tickets.byNumber(last)).toBeDefined()
  expect(await stage.app.tickets.byNumber(last + 1)).toBeUndefined()
})

test('people who work by themselves click on what comes, and their clicks count', async () => {
  const { sent } = stage.feeder.state
  await stage.feeder.wish({ do: 'peopleWork', on: true })
  await next(4)
  await haveCards(sent + 1, sent + 4)
  const byPeople = async () => {
    const newest = await stage.app.tickets.newest(4)
    const tickets = await Promise.all(newest.map(({ number }) => stage.app.tickets.byNumber(number)))
    const stories = await Promise.all(
      tickets.flatMap((ticket) => (ticket ? [stage.app.tickets.events(ticket.id)] : [])),
    )
    return stories.map((story) => story.filter(({ by }) => stage.people.some(({ id }) => id === by)))
  }

  await until(async () => (await byPeople()).every((clicks) => clicks.length > 0))
  await stage.feeder.wish({ do: 'peopleWork', on: false })
  expect((await byPeople()).flat().map(({ type }) => type)).toContain('accepted')
})

test('without its language model the bot goes on, and says so', async () => {
  await stage.breaks.set('model-down', true)
  const { number } = await stage.feeder.mail({
    from: { name: 'Owen Tallis', email: 'owen@delta-clinic.example' },
    subject: 'A question about T-stage-1001',
    body: 'Where do I find the setting for the calendar view?',
  })
  await until(() => cards().cards('T-stage-1001').length > 0)
  await stage.breaks.set('model-down', false)

  const ticket = await stage.app.tickets.byNumber(number)
  expect(ticket?.classification?.missing).toEqual([expect.stringContaining('the language model')])
  expect(ticket?.classification?.voices.map(({ id }) => id)).not.toContain('language-model')
})

test('while Slack limits the rate every card arrives, later', async () => {
  const { sent } = stage.feeder.state
  await stage.breaks.set('rate-limit', true)
  await next(6)
  await haveCards(sent + 1, sent + 6)
  const limited = stage.slack.ledger.faults['429'] ?? 0
  await stage.breaks.set('rate-limit', false)

  expect(limited).toBeGreaterThan(0)
  expect(range(sent + 1, sent + 6).map((number) => cards().mostCards(`T-stage-${number}`))).toEqual([1, 1, 1, 1, 1, 1])
})

test('the switches show what is broken, whoever mended it', async () => {
  await stage.breaks.set('rate-limit', true)
  await stage.breaks.set('slack-down', true)
  expect(stage.breaks.on).toMatchObject({ 'rate-limit': true, 'slack-down': true })

  stage.slack.setFaults(undefined)
  stage.slack.down(false)

  expect(stage.breaks.on).toMatchObject({ 'rate-limit': false, 'slack-down': false })
})

test('while Slack is down nobody can do anything in it, and afterwards they can', async () => {
  const ada = stage.slack.as('ada')
  await stage.breaks.set('slack-down', true)
  await expect(ada.command('/waybill help')).rejects.toThrow('Slack is down')
  expect(stage.breaks.on['slack-down']).toBe(true)
  await stage.breaks.set('slack-down', false)

  expect(await ada.command('/waybill help')).toMatchObject({ acked: true })
})

test.each([
  [
    'German',
    'Jürgen Größe',
    'Rechnung für März: doppelt abgebucht',
    'Schöne Grüße aus Köln,\nwir wurden zweimal belastet — bitte prüfen.',
  ],
  [
    'Japanese',
    '山田 太郎',
    '請求書の金額が間違っています',
    'いつもお世話になっております。\n請求書の金額をご確認ください。',
  ],
])('a mail of one’s own in %s is read letter by letter', async (_, name, subject, body) => {
  const { number } = await stage.feeder.mail({ from: { name, email: 'someone@acme-gmbh.example' }, subject, body })

  const ticket = await stage.app.tickets.byNumber(number)
  expect(ticket).toMatchObject({
    source: 'email',
    subject,
    body,
    requester: { name, email: 'someone@acme-gmbh.example' },
  })
  expect(ticket?.degraded).toBeUndefined()
})

test('what is no mail is refused in words; a mail with damage is taken', async () => {
  const eml = (name: string, text: string) => stage.feeder.eml(name, Buffer.from(text))

  await expect(eml('holiday.jpg', '\u0001\u0002 no header at all')).rejects.toThrow(
    'holiday.jpg: The mail could not be read',
  )
  await expect(eml('empty.eml', '')).rejects.toThrow('empty.eml is empty.')
  await expect(
    stage.feeder.mail({ from: { name: 'X', email: 'nowhere' }, subject: 'Hello', body: '' }),
  ).rejects.toThrow('"nowhere" is no e-mail address')
  await expect(
    stage.feeder.mail({ from: { name: 'X', email: 'x@y.example' }, subject: ' ', body: '' }),
  ).rejects.toThrow('The mail is empty')
  const cut = 'From: a@b.example\r\nSubject: cut\r\nContent-Type: multipart/mixed; boundary="z"\r\n\r\n--z\r\n\r\nhello'
  expect((await eml('cut.eml', cut)).number).toBeGreaterThan(0)
})

test('stops when asked, and says how long it took', async () => {
  const { starts } = stage.bot.state
  const tookMs = await stage.bot.stop()
  expect(stage.bot.state).toMatchObject({ state: 'down', pid: null })
  expect(tookMs).toBeGreaterThan(0)

  await stage.bot.start()
  expect(stage.bot.state).toMatchObject({ state: 'up', starts: starts + 1 })
})
