import { createHmac } from 'node:crypto'
import { App } from '@slack/bolt'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { plusMs, SECOND, toEpochMs } from '../../src/core/time.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import type { Inbox } from '../../src/ports.ts'
import { quietLogger } from '../../src/slack/quiet-logger.ts'
import { type SlackReceiver, slackReceiver } from '../../src/slack/receiver.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { fakeClock } from '../support/clock.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'
import { recordingLog, silentLog } from '../support/log.ts'

const SECRET = 'a-signing-secret-for-tests-only'
const FORM = 'application/x-www-form-urlencoded'

let clock: ReturnType<typeof fakeClock>
let inbox: Inbox
let log: ReturnType<typeof recordingLog>
let inbound: SlackReceiver
let heard: string[]
let failing: boolean

beforeEach(async () => {
  clock = fakeClock()
  log = recordingLog()
  heard = []
  failing = false
  inbox = inboxStore(await freshDatabase('sqlite'))
  inbound = listening(inbox)
})
afterEach(() => armFaults({}))

/** A Bolt app that writes down what it hears. */
function listening(inbox: Inbox): SlackReceiver {
  const inbound = slackReceiver({ inbox, clock, log, signingSecret: SECRET })
  const app = new App({
    receiver: inbound.receiver,
    authorize: async () => ({ botToken: 'xoxb-test' }),
    convoStore: false,
    ignoreSelf: false,
    logger: quietLogger(silentLog, 'bolt'),
  })
  app.error(async (error) => {
    throw error
  })
  app.action('press', async ({ ack, body }) => {
    await ack()
    if (failing) throw new Error('the handler broke')
    heard.push(`press by ${body.user.id}`)
  })
  app.view('form', async ({ ack, view }) => {
    const { value } = view.state.values.b!.a!
    if (value === 'wrong') return ack({ response_action: 'errors', errors: { b: 'That is wrong.' } })
    await ack()
    heard.push(`form ${value}`)
  })
  app.view('silent', async () => void heard.push('silent'))
  app.options('menu', async ({ ack, options }) =>
    ack({ options: [{ text: { type: 'plain_text', text: options.value }, value: '1' }] }),
  )
  app.command('/waybill', async ({ ack, command }) => {
    await ack()
    heard.push(`command ${command.text}`)
  })
  app.event('message', async ({ event }) => void heard.push(`message ${event.ts}`))
  return inbound
}

const signed = (rawBody: string, { secret = SECRET, at = clock.now(), type = 'application/json' } = {}) => {
  const seconds = Math.floor(toEpochMs(at) / 1000)
  const mac = createHmac('sha256', secret).update(`v0:${seconds}:${rawBody}`).digest('hex')
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': `v0=${mac}`,
  }
  return { method: 'POST', headers, rawBody }
}
const interaction = (payload: object) =>
  signed(
    new URLSearchParams({ payload: JSON.stringify({ team: { id: 'T1' }, user: { id: 'U1' }, ...payload }) }).toString(),
    {
      type: FORM,
    },
  )
const press = (given: object = {}) =>
  interaction({
    type: 'block_actions',
    trigger_id: 't1',
    actions: [{ type: 'button', action_id: 'press', block_id: 'b', action_ts: '1.1', value: 'x:1' }],
    ...given,
  })
const submit = (callback: string, value: string, trigger: string) =>
  interaction({
    type: 'view_submission',
    trigger_id: trigger,
    view: {
      type: 'modal',
      callback_id: callback,
      state: { values: { b: { a: { type: 'plain_text_input', value } } } },
    },
  })
const message = (eventId: string, ts: string) =>
  signed(
    JSON.stringify({
      type: 'event_callback',
      team_id: 'T1',
      api_app_id: 'A1',
      event_id: eventId,
      event: { type: 'message', channel: 'C1', user: 'U1', text: 'hi', ts },
    }),
  )

describe('what is not Slack’s', () => {
  test.each([
    ['a wrong secret', () => signed('{}', { secret: 'another' })],
    ['no signature', () => ({ ...signed('{}'), headers: { 'x-slack-request-timestamp': '1767603600' } })],
    ['no timestamp', () => ({ ...signed('{}'), headers: { 'x-slack-signature': 'v0=00' } })],
    ['a changed body', () => ({ ...signed('{"type":"a"}'), rawBody: '{"type":"b"}' })],
    ['a signature that is too old', () => signed('{}', { at: plusMs(clock.now(), -301 * SECOND) })],
    ['a signature from the future', () => signed('{}', { at: plusMs(clock.now(), 301 * SECOND) })],
    ['an upper-case signature', () => withSignature((given) => given.toUpperCase())],
    ['a signature with something behind it', () => withSignature((given) => `${given}0`)],
  ])('is refused: %s', async (_, request) => {
    expect(await inbound.handle(request())).toMatchObject({ status: 401 })
    expect(await inbox.claimUnfinished(plusMs(clock.now(), 1000), clock.now(), 10)).toEqual([])
  })

  const withSignature = (change: (given: string) => string) => {
    const request = signed('{}')
    return {
      ...request,
      headers: { ...request.headers, 'x-slack-signature': change(request.headers['x-slack-signature']) },
    }
  }

  test('is never let in by changing anything about what Slack signed', async () => {
    const honest = signed('{"type":"event_callback","event":{"type":"message"}}')
    const parts = [
      honest.rawBody,
      honest.headers['x-slack-signature'],
      honest.headers['x-slack-request-timestamp'],
    ] as const
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        fc.nat(200),
        fc.string({ unit: 'binary-ascii', maxLength: 3 }),
        async (part, at, put) => {
          const given = parts[part]!
          const changed = `${given.slice(0, at)}${put}${given.slice(at + 1)}`
          fc.pre(changed !== given)
          const [rawBody, signature, timestamp] = parts.map((same, index) => (index === part ? changed : same))
          const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp }

          const { status } = await inbound.handle({ method: 'POST', headers, rawBody: rawBody ?? '' })

          expect(status).toBe(401)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is refused when too large, in a wrong way, or without any secret to check by', async () => {
    expect(await inbound.handle(signed('x'.repeat(1024 * 1024 + 1)))).toMatchObject({ status: 413 })
    expect(await inbound.handle({ ...signed('{}'), method: 'GET' })).toMatchObject({ status: 405 })
    const deaf = slackReceiver({ inbox, clock, log: silentLog })
    expect(await deaf.handle(signed('{}'))).toMatchObject({ status: 401 })
  })

  test.each([['{'], ['[]'], ['{}'], ['{"type":"event_callback"}'], ['{"type":"block_actions"}'], ['null']])(
    'is refused as malformed: %s',
    async (body) => {
      expect(await inbound.handle(signed(body))).toMatchObject({ status: 400 })
    },
  )
})

test('answers the check of its address', async () => {
  const answer = await inbound.handle(signed(JSON.stringify({ type: 'url_verification', challenge: 'abc' })))

  expect(answer).toMatchObject({ status: 200, body: '{"challenge":"abc"}' })
})

test('keeps odd spacing, escapes and emoji of what was signed', async () => {
  const body =
    '{ "type":"event_callback","event_id":"E1",\n "event":{"type":"message","channel":"C","ts":"1.\\u0031","text":"🚀"} }'

  expect(await inbound.handle(signed(body))).toMatchObject({ status: 200, body: '' })
  await inbound.idle()
  expect(heard).toEqual(['message 1.1'])
})

describe('the same thing', () => {
  test('is heard once, however often and under however many names it comes', async () => {
    for (const request of [press(), press(), message('E1', '1.5'), message('E1', '1.5'), message('E2', '1.5')])
      expect(await inbound.handle(request)).toMatchObject({ status: 200, body: '' })
    await inbound.idle()

    expect(heard.toSorted()).toEqual(['message 1.5', 'press by U1'])
  })

  test('is not what two people, or two clicks, do', async () => {
    const again = { actions: [{ type: 'button', action_id: 'press', block_id: 'b', action_ts: '1.2' }] }
    await inbound.handle(press())
    await inbound.handle(press({ user: { id: 'U2' } }))
    await inbound.handle(press(again))
    await inbound.idle()

    expect(heard.toSorted()).toEqual(['press by U1', 'press by U1', 'press by U2'])
  })
})

test('hears people of an organisation whose payloads name no workspace', async () => {
  await inbound.handle(press({ team: null, enterprise: { id: 'E1' }, is_enterprise_install: true }))
  await inbound.idle()

  expect(heard).toEqual(['press by U1'])
})

describe('a form', () => {
  test('waits for what its handler says', async () => {
    const refused = await inbound.handle(submit('form', 'wrong', 't1'))
    const closed = await inbound.handle(submit('form', 'right', 't2'))
    await inbound.idle()

    expect(JSON.parse(refused.body)).toEqual({ response_action: 'errors', errors: { b: 'That is wrong.' } })
    expect(closed).toMatchObject({ status: 200, body: '' })
    expect(heard).toEqual(['form right'])
  })

  test('closes when its handler has nothing to say, and does nothing when sent twice', async () => {
    expect(await inbound.handle(submit('silent', 'x', 't3'))).toMatchObject({ status: 200, body: '' })
    expect(await inbound.handle(submit('silent', 'x', 't3'))).toMatchObject({ status: 200, body: '' })
    await inbound.idle()

    expect(heard).toEqual(['silent'])
  })
})

test('a menu that asks for options is answered and not kept', async () => {
  const asked = interaction({ type: 'block_suggestion', action_id: 'menu', block_id: 'b', value: 'da' })

  const answer = await inbound.handle(asked)

  expect(JSON.parse(answer.body)).toEqual({ options: [{ text: { type: 'plain_text', text: 'da' }, value: '1' }] })
  expect(await inbox.claimUnfinished(plusMs(clock.now(), 1000), clock.now(), 10)).toEqual([])
})

test('a command is acknowledged without a word', async () => {
  const command = { command: '/waybill', text: 'help', team_id: 'T1', user_id: 'U1', channel_id: 'C1', trigger_id: 't' }

  const answer = await inbound.handle(signed(new URLSearchParams(command).toString(), { type: FORM }))
  await inbound.idle()

  expect(answer).toMatchObject({ status: 200, body: '' })
  expect(heard).toEqual(['command help'])
})

describe('storing before acknowledging', () => {
  const broken = (): Inbox => ({
    ...inbox,
    store: async () => {
      throw new Error('disk full')
    },
  })

  test('nothing is acknowledged that could not be stored', async () => {
    expect(await listening(broken()).handle(press())).toMatchObject({ status: 503 })
    expect(heard).toEqual([])
  })

  test('the planted bug acknowledges all the same', async () => {
    armFaults({ bugs: ['ack-before-commit'] })

    expect(await listening(broken()).handle(press())).toMatchObject({ status: 200 })
  })

  test('the handler starts only after the acknowledgement', async () => {
    await inbound.handle(press())

    expect(heard).toEqual([])
    await inbound.idle()
    expect(heard).toEqual(['press by U1'])
  })

  test.each([
    ['slack.receive.before-store', 0, 0],
    ['slack.receive.after-store', 1, 1],
    ['slack.receive.after-ack', 1, 1],
    ['slack.receive.before-finish', 1, 1],
  ])('a process that dies at %s leaves %i entry to take up', async (point, left, taken) => {
    let died = false
    const die = () => {
      died = true
      throw new Error('killed')
    }
    armFaults({ crashAt: { point, pass: 1 }, die })
    const dying = listening({ ...inbox, fail: async () => undefined })

    await dying.handle(press())
    await settled(() => died)
    armFaults({})
    heard.length = 0
    clock.advance(60_000)

    expect(await inbox.claimUnfinished(plusMs(clock.now(), -1), plusMs(clock.now(), -1), 10)).toHaveLength(left)
    clock.advance(1)
    expect(await inbound.replayUnfinished(0)).toBe(taken)
    expect(heard).toEqual(taken ? ['press by U1'] : [])
    expect(await inbound.replayUnfinished(0)).toBe(0)
  })
})

describe('what failed', () => {
  test('is tried again, at most five times, then set aside with its reason and no words of a customer', async () => {
    failing = true
    await inbound.handle(press())
    await inbound.idle()
    let tries = 1
    for (let round = 0; round < 10; round += 1) {
      clock.advance(600_000)
      tries += await inbound.replayUnfinished()
    }

    expect(tries).toBe(5)
    expect(await inbox.setAside()).toMatchObject([{ error: expect.stringContaining('the handler broke') }])
    expect(heard).toEqual([])
  })

  test('is left alone while it is fresh, for somebody may be working on it', async () => {
    failing = true
    await inbound.handle(press())
    await inbound.idle()
    failing = false

    expect(await inbound.replayUnfinished()).toBe(0)
    clock.advance(60_000)
    expect(await inbound.replayUnfinished()).toBe(1)
    expect(heard).toEqual(['press by U1'])
  })
})

describe.each(DATABASES)('one inbox for Slack and webhooks on %s', (kind) => {
  test('each sweep leaves the other’s entries alone', async () => {
    inbox = inboxStore(await freshDatabase(kind))
    inbound = listening(inbox)
    await inbox.store({ key: 'w1', kind: 'webhook', payload: '{}', receivedAt: clock.now() })
    await inbound.handle(press())
    await inbound.idle()
    clock.advance(60_000)

    expect(await inbound.replayUnfinished()).toBe(0)
    const later = plusMs(clock.now(), 60_000)
    expect(await inbox.claimUnfinished(clock.now(), later, 10, ['webhook'])).toMatchObject([{ key: 'w1' }])
  })
})

/** Waits for something that happens without a timer of ours. */
async function settled(condition: () => boolean): Promise<void> {
  while (!condition())
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  await inbound.idle()
}
