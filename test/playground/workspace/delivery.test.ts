import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { anApp, aWorkspace, button, clientOf, type Received, section, signingSecret } from './support.ts'

const card = {
  channel: 'C0BILLING',
  text: 'A card',
  blocks: [section('A card'), { type: 'actions', block_id: 'acts', elements: [button('accept', 'Accept', '4711')] }],
}

/** Slack's v0 scheme, written down here once more on purpose. */
function isSigned({ headers, raw }: Received): boolean {
  const base = `v0:${String(headers['x-slack-request-timestamp'])}:${raw}`
  return headers['x-slack-signature'] === `v0=${createHmac('sha256', signingSecret).update(base).digest('hex')}`
}

test('signs events, clicks and commands', async () => {
  const workspace = await aWorkspace()
  const app = await anApp()
  workspace.deliverTo(app.url)
  const grace = workspace.as('grace')

  await grace.say('billing', 'Grüße "✓"')
  await clientOf(workspace).chat.postMessage(card)
  await grace.click('A card', 'Accept')
  await grace.command('/waybill why 4711', 'billing')
  await workspace.until(() => workspace.pendingDeliveries === 0)

  expect(app.received).toHaveLength(4)
  expect(app.received.every(isSigned)).toBe(true)
  expect(app.received.map(({ headers }) => headers['content-type'])).toContain('application/x-www-form-urlencoded')
})

test('a click carries who, where, what and how to answer', async () => {
  const workspace = await aWorkspace()
  const app = await anApp()
  workspace.deliverTo(app.url)
  const { ts = '' } = await clientOf(workspace).chat.postMessage({
    ...card,
    blocks: [],
    attachments: [{ color: '#e01e5a', blocks: card.blocks }],
  })

  await workspace.as('Grace').click('A card', 'Accept')

  const click = app.received.find(({ payload }) => payload.type === 'block_actions')
  expect(click?.payload).toMatchObject({
    user: { id: 'U0GRACE', name: 'grace', team_id: 'T0WAYBILL' },
    api_app_id: 'A0WAYBILL',
    team: { id: 'T0WAYBILL' },
    container: {
      type: 'message_attachment',
      attachment_id: 1,
      message_ts: ts,
      channel_id: 'C0BILLING',
      is_ephemeral: false,
    },
    channel: { id: 'C0BILLING', name: 'billing' },
    message: { ts, bot_id: 'B0WAYBILL', app_id: 'A0WAYBILL', attachments: [{ id: 1, color: 'e01e5a' }] },
    actions: [{ type: 'button', action_id: 'accept', block_id: 'acts', value: '4711', action_ts: expect.any(String) }],
    response_url: expect.stringContaining(workspace.url),
    trigger_id: expect.any(String),
  })
})

test('sends an event again until it is acknowledged, and says why', async () => {
  let calls = 0
  const answers = ['reset', { status: 500 }, {}] as const
  const app = await anApp(() => answers[calls++] ?? {})
  const workspace = await aWorkspace({ eventsUrl: app.url })

  await workspace.as('grace').say('billing', 'hello')

  const headers = app.received.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])
  expect(headers).toEqual([
    [undefined, undefined],
    ['1', 'connection_failed'],
    ['2', 'http_error'],
  ])
  expect(new Set(app.received.map(({ payload }) => payload.event_id)).size).toBe(1)
  expect(workspace.ledger.deliveries('message')).toMatchObject([
    { acked: false },
    { acked: false, status: 500 },
    { acked: true, status: 200 },
  ])
})

test('gives an event up after its last repetition', async () => {
  const app = await anApp(() => ({ status: 503 }))
  const workspace = await aWorkspace({ eventsUrl: app.url, eventRetryDelaysMs: [0, 1] })

  await workspace.as('grace').say('billing', 'hello')

  expect(app.received).toHaveLength(3)
  expect(workspace.pendingDeliveries).toBe(0)
})

test('a click that is not acknowledged in time is shown as operation_timeout and never sent again', async () => {
  const app = await anApp(({ payload }) => (payload.type === 'block_actions' ? 'never' : {}))
  const workspace = await aWorkspace({ eventsUrl: app.url, ackTimeoutMs: 50 })
  await clientOf(workspace).chat.postMessage(card)

  const outcome = await workspace.as('grace').click('A card', 'Accept')

  expect(outcome).toMatchObject({ acked: false, error: 'operation_timeout' })
  expect(workspace.ledger.failures).toMatchObject([
    { user: 'U0GRACE', gesture: 'click accept', error: 'operation_timeout' },
  ])
  expect(workspace.ledger.deliveries('block_actions')).toHaveLength(1)
})

test('tells the app of its own posts, edits and deletions, with metadata; or not', async () => {
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url })
  const client = clientOf(workspace)
  const metadata = { event_type: 'ticket_card', event_payload: { k: 'key', a: 1 } }

  const { ts = '' } = await client.chat.postMessage({ ...card, metadata })
  await client.chat.update({ channel: 'C0BILLING', ts, text: 'changed' })
  await client.chat.delete({ channel: 'C0BILLING', ts })
  await workspace.until(() => workspace.pendingDeliveries === 0)

  const events = app.received.map(({ payload }) => payload.event as Record<string, unknown>)
  expect(events).toHaveLength(4)
  expect(events.find(({ type }) => type === 'message_metadata_posted')).toMatchObject({
    app_id: 'A0WAYBILL',
    message_ts: ts,
    metadata,
  })
  expect(events.map(({ subtype }) => subtype).filter(Boolean)).toEqual(['message_changed', 'message_deleted'])

  const quiet = await aWorkspace({ eventsUrl: app.url, echo: false })
  await clientOf(quiet).chat.postMessage(card)
  expect(quiet.ledger.deliveries()).toEqual([])
})

test('tells the app what people do where its bot is, and nothing else', async () => {
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url })
  const grace = workspace.as('grace')
  const omar = workspace.as('omar')

  const said = await grace.say('billing', 'ping <@U0WAYBILL>')
  await grace.edit(said, 'pong')
  await omar.react(said, 'eyes')
  await grace.say('@waybill', 'just us')
  await grace.unsay('pong')
  await omar.say('elsewhere', 'nobody listens')
  workspace.invite('gina', 'billing')
  await grace.openHome()
  await workspace.until(() => workspace.pendingDeliveries === 0)

  const events = app.received.map(({ payload }) => payload.event as Record<string, unknown>)
  expect(
    events.map(({ type, subtype, channel_type: where }) => [type, subtype, where].filter(Boolean).join(' ')),
  ).toEqual([
    'message channel',
    'app_mention channel',
    'message message_changed channel',
    'reaction_added',
    'message im',
    'message message_deleted channel',
    'member_joined_channel C',
    'app_home_opened',
  ])
})

test('sends any event a test thinks of, also twice under one id', async () => {
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url })
  const event = { type: 'app_uninstalled' }

  await workspace.announce(event, { event_id: 'Ev0SAME', team_id: 'T0OTHER' })
  await workspace.announce(event, { event_id: 'Ev0SAME' })

  expect(app.received.map(({ payload }) => payload)).toMatchObject([
    { event, event_id: 'Ev0SAME', team_id: 'T0OTHER', api_app_id: 'A0WAYBILL' },
    { event, event_id: 'Ev0SAME', team_id: 'T0WAYBILL' },
  ])
})

test('a response_url replaces, whispers, speaks up and deletes, five times and for half an hour', async () => {
  let at = 1_800_000_000_000
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url, now: () => at })
  const grace = workspace.as('grace')
  await clientOf(workspace).chat.postMessage(card)
  await grace.click('A card', 'Accept')
  const urlOf = (type: string) =>
    String(app.received.findLast(({ payload }) => payload.type === type)?.payload.response_url)
  const respond = (url: string, body: Record<string, unknown>) =>
    fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

  const url = urlOf('block_actions')
  expect((await respond(url, { replace_original: true, text: 'Accepted' })).status).toBe(200)
  await respond(url, { text: 'only for you' })
  await respond(url, { response_type: 'in_channel', text: 'for all' })
  expect((await respond(url, { blocks: [{ type: 'nonsense' }] })).status).toBe(400)
  expect(grace.sees('billing').map(({ shows, ephemeral }) => [shows, ephemeral])).toEqual([
    ['Accepted', false],
    ['only for you', true],
    ['for all', false],
  ])
  await respond(url, { delete_original: true })
  expect((await respond(url, { text: 'six' })).status).toBe(404)
  expect(
    workspace
      .as('omar')
      .sees('billing')
      .map(({ shows }) => shows),
  ).toEqual(['for all'])

  await grace.shortcut('why', 'for all')
  const late = urlOf('message_action')
  at += 30 * 60_000 + 1
  expect(await (await respond(late, { text: 'late' })).json()).toEqual({ ok: false, error: 'expired_url' })
})

test('what a command answers in its acknowledgement is whispered, or said to all', async () => {
  const bodies = [
    'Just text',
    { text: 'Blocks', blocks: [section('here')] },
    { response_type: 'in_channel', text: 'All' },
    { blocks: [{ type: 'nonsense' }] },
  ]
  const app = await anApp(({ payload }) => (payload.command ? { body: bodies.shift() } : {}))
  const workspace = await aWorkspace({ eventsUrl: app.url })
  const grace = workspace.as('grace')

  for (const line of ['/waybill help', '/waybill why 1', '/waybill report']) await grace.command(line, 'billing')
  expect(grace.whispers('billing').map(({ shows }) => shows)).toEqual(['Just text', 'Blocks\nhere'])
  expect(
    workspace
      .as('omar')
      .sees('billing')
      .map(({ shows }) => shows),
  ).toEqual(['All'])
  expect(app.received[1]?.payload).toMatchObject({
    command: '/waybill',
    text: 'why 1',
    channel_name: 'billing',
    user_id: 'U0GRACE',
  })

  await grace.command('/waybill broken', 'billing')
  expect(workspace.ledger.failures).toMatchObject([
    { gesture: '/waybill', error: expect.stringContaining('invalid_blocks') },
  ])
})
