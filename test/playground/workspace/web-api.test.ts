import { WebAPIRateLimitedError } from '@slack/web-api'
import { expect, test } from 'vitest'
import { answered, aWorkspace, button, clientOf, section } from './support.ts'

const post = (more: Record<string, unknown>) => ({ channel: 'C0BILLING', text: 'hello', ...more })

test.each([
  ['an unknown channel', 'chat.postMessage', post({ channel: 'C0NOWHERE' }), 'channel_not_found'],
  ['a channel without the bot', 'chat.postMessage', post({ channel: 'C0ELSEWHERE' }), 'not_in_channel'],
  ['an archived channel', 'chat.postMessage', post({ channel: 'C0OLD' }), 'is_archived'],
  ['nothing to say', 'chat.postMessage', post({ text: '' }), 'no_text'],
  ['blocks that are no JSON', 'chat.postMessage', post({ blocks: '[{' }), 'invalid_blocks_format'],
  ['an unknown block', 'chat.postMessage', post({ blocks: [{ type: 'nonsense' }] }), 'invalid_blocks'],
  [
    'more block text than Slack bears',
    'chat.postMessage',
    post({ blocks: [0, 1, 2, 3, 4].map(() => section('x'.repeat(2700))) }),
    'msg_blocks_too_long',
  ],
  ['metadata without a type', 'chat.postMessage', post({ metadata: { event_payload: {} } }), 'invalid_metadata_format'],
  ['a thread that is not there', 'chat.postMessage', post({ thread_ts: '1.000001' }), 'thread_not_found'],
  ['a direct message to a deactivated person', 'chat.postMessage', post({ channel: 'U0GONE' }), 'user_disabled'],
  ['a direct message to a bot', 'chat.postMessage', post({ channel: 'U0WAYBILL' }), 'cannot_dm_bot'],
  ['opening one with a deactivated person', 'conversations.open', { users: 'U0GONE' }, 'user_disabled'],
  ['opening one with nobody known', 'conversations.open', { users: 'U0NOBODY' }, 'user_not_found'],
  ['a whisper to somebody outside', 'chat.postEphemeral', post({ user: 'U0GUEST' }), 'user_not_in_channel'],
  ['an update of nothing', 'chat.update', post({ ts: '1.000001' }), 'message_not_found'],
  ['the history of a channel without the bot', 'conversations.history', { channel: 'C0ELSEWHERE' }, 'not_in_channel'],
  ['a private channel without the bot', 'conversations.info', { channel: 'C0NOSUCH' }, 'channel_not_found'],
  ['a deactivated person by address', 'users.lookupByEmail', { email: 'ghost@example.com' }, 'users_not_found'],
  ['an unknown method', 'chat.shout', {}, 'unknown_method'],
])('refuses %s', async (_, method, args, error) => {
  const workspace = await aWorkspace()

  expect(await answered(clientOf(workspace).apiCall(method, args))).toMatchObject({ ok: false, error })
  expect(workspace.ledger.visible()).toEqual([])
  expect(workspace.ledger.calls(method)).toMatchObject([{ ok: false, error }])
})

test('says where blocks are wrong, in attachments too', async () => {
  const client = clientOf(await aWorkspace())
  const long = { type: 'actions', elements: [button('a', 'x'.repeat(76))] }

  const inMessage = await answered(client.chat.postMessage(post({ blocks: [section('a'), long] })))
  const inAttachment = await answered(
    client.chat.postMessage(post({ attachments: [{ color: '#e01e5a', blocks: [long] }] })),
  )

  const messages = ['[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]']
  expect(inMessage).toMatchObject({ error: 'invalid_blocks', response_metadata: { messages } })
  expect(JSON.stringify(inAttachment)).toContain('/attachments/0/blocks/0/elements/0/text/text')
})

test('knows its tokens', async () => {
  const workspace = await aWorkspace()

  expect(await answered(clientOf(workspace, 'xoxb-strange').auth.test())).toMatchObject({ error: 'invalid_auth' })
  expect(await answered(clientOf(workspace, workspace.app.appToken).users.list({}))).toMatchObject({
    error: 'not_allowed_token_type',
  })
  const unauthorised = await fetch(`${workspace.url}/api/auth.test`, { method: 'POST' })
  expect(await unauthorised.json()).toEqual({ ok: false, error: 'not_authed' })

  workspace.revoke('account_inactive')
  expect(await answered(clientOf(workspace).auth.test())).toMatchObject({ error: 'account_inactive' })
  workspace.revoke(undefined)
  expect(await answered(clientOf(workspace).auth.test())).toMatchObject({ ok: true, bot_id: 'B0WAYBILL' })
})

test('names the scope that is missing and tells which there are', async () => {
  const workspace = await aWorkspace({ scopes: ['users:read'] })
  const client = clientOf(workspace)

  const refused = await answered(client.chat.postMessage({ channel: 'C0BILLING', text: 'hello' }))
  expect(refused).toMatchObject({ error: 'missing_scope', needed: 'chat:write', provided: 'users:read' })
  expect((await client.auth.test()).response_metadata?.scopes).toEqual(['users:read'])
})

test('takes JSON bodies and forms alike', async () => {
  const workspace = await aWorkspace()
  const { slackApiUrl, botToken } = workspace.app
  const blocks = [section('hello')]
  const send = (type: string, body: string) =>
    fetch(`${slackApiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${botToken}` },
      body,
    })

  await send('application/json; charset=utf-8', JSON.stringify({ channel: 'C0BILLING', text: 'a', blocks }))
  const form = new URLSearchParams({ channel: '#billing', text: 'a', blocks: JSON.stringify(blocks) })
  await send('application/x-www-form-urlencoded', form.toString())

  expect(workspace.ledger.visible('billing').map(({ shows }) => shows)).toEqual(['a\nhello', 'a\nhello'])
})

test('an edit replaces what it names and keeps the rest', async () => {
  const workspace = await aWorkspace()
  const client = clientOf(workspace)
  const { ts = '' } = await client.chat.postMessage(
    post({ blocks: [section('first')], attachments: [{ color: '#ff0000', blocks: [section('red')] }] }),
  )

  await client.chat.update({ channel: 'C0BILLING', ts, text: 'second' })
  expect(workspace.ledger.visible()).toMatchObject([
    { shows: 'second\nfirst\nred', edited: true, attachments: [{ id: 1, color: 'ff0000' }] },
  ])

  await client.chat.update({ channel: 'C0BILLING', ts, text: 'third', blocks: [], attachments: [] })
  expect(workspace.ledger.visible()).toMatchObject([{ shows: 'third' }])
  expect(await answered(client.chat.update({ channel: 'C0BILLING', ts, text: 'x'.repeat(4001) }))).toMatchObject({
    error: 'msg_too_long',
  })

  await client.chat.delete({ channel: 'C0BILLING', ts })
  expect(workspace.ledger.visible()).toEqual([])
  expect(workspace.ledger.postings.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'posted hello',
    'edited second',
    'edited third',
    'deleted third',
  ])
})

test("leaves other people's messages alone", async () => {
  const workspace = await aWorkspace()
  const { ts } = await workspace.as('grace').say('billing', 'mine')
  const client = clientOf(workspace)

  expect(await answered(client.chat.update({ channel: 'C0BILLING', ts, text: 'yours' }))).toMatchObject({
    error: 'cant_update_message',
  })
  expect(await answered(client.chat.delete({ channel: 'C0BILLING', ts }))).toMatchObject({
    error: 'cant_delete_message',
  })
})

test('cuts a text above 40,000 characters and says so', async () => {
  const workspace = await aWorkspace()

  const answer = await clientOf(workspace).chat.postMessage(post({ text: 'x'.repeat(40_001) }))

  expect(answer).toMatchObject({ ok: true, warning: 'message_truncated' })
  expect(workspace.ledger.visible()[0]?.text).toHaveLength(40_000)
})

test('reads the history backwards, page by page, with metadata when asked', async () => {
  const client = clientOf(await aWorkspace())
  const sent: string[] = []
  for (const text of ['one', 'two', 'three']) {
    const metadata = { event_type: 'ticket_card', event_payload: { k: text } }
    sent.push(String((await client.chat.postMessage(post({ text, metadata }))).ts))
  }
  await client.chat.postMessage(post({ text: 'in thread', thread_ts: sent[0] }))

  const first = await client.conversations.history({ channel: 'C0BILLING', limit: 2, include_all_metadata: true })
  expect(first.messages?.map(({ text }) => text)).toEqual(['three', 'two'])
  expect(first).toMatchObject({ has_more: true, messages: [{ metadata: { event_payload: { k: 'three' } } }, {}] })
  const second = await client.conversations.history({
    channel: 'C0BILLING',
    limit: 2,
    cursor: first.response_metadata?.next_cursor ?? '',
  })
  expect(second).toMatchObject({ has_more: false, messages: [{ text: 'one', reply_count: 1 }] })
  expect(second.messages?.[0]).not.toHaveProperty('metadata')

  const since = (inclusive: boolean) =>
    client.conversations.history({ channel: 'C0BILLING', oldest: sent[1] ?? '', inclusive })
  expect((await since(false)).messages?.map(({ text }) => text)).toEqual(['three'])
  expect((await since(true)).messages?.map(({ text }) => text)).toEqual(['three', 'two'])
  const thread = await client.conversations.replies({ channel: 'C0BILLING', ts: sent[0] ?? '' })
  expect(thread.messages?.map(({ text }) => text)).toEqual(['one', 'in thread'])
})

test('shows a message in the history only after the lag', async () => {
  let at = 1_800_000_000_000
  const client = clientOf(await aWorkspace({ historyLagMs: 5000, now: () => at }))
  await client.chat.postMessage({ channel: 'C0BILLING', text: 'new' })
  const seen = async () => (await client.conversations.history({ channel: 'C0BILLING' })).messages?.length

  expect(await seen()).toBe(0)
  at += 4999
  expect(await seen()).toBe(0)
  at += 1
  expect(await seen()).toBe(1)
})

test('limits posts from now on, and no more once that is over', async () => {
  const workspace = await aWorkspace({ now: () => 1_800_000_000_000 })
  const client = clientOf(workspace)
  const say = () => client.chat.postMessage({ channel: 'C0BILLING', text: 'hello' })
  await say()

  const asBefore = workspace.limitRates({ postsPerSecond: 1, burst: 1 })
  await say()
  await expect(say()).rejects.toThrow(WebAPIRateLimitedError)
  asBefore()

  await say()
  expect(workspace.ledger.visible('billing')).toHaveLength(3)
})

test('limits posts per channel and says when to come back', async () => {
  let at = 1_800_000_000_000
  const rateLimits = { postsPerSecond: 1, burst: 2, perMinute: { 'users.list': 1 } }
  const workspace = await aWorkspace({ rateLimits, now: () => at })
  const client = clientOf(workspace)
  const say = (channel: string) => client.chat.postMessage({ channel, text: 'hello' })

  await say('C0BILLING')
  await say('C0BILLING')
  await expect(say('C0BILLING')).rejects.toThrow(WebAPIRateLimitedError)
  await say('U0GRACE')
  at += 1000
  await say('C0BILLING')

  await client.users.list({})
  await expect(client.users.list({})).rejects.toMatchObject({ retryAfter: 60 })
  expect(workspace.ledger.visible('billing')).toHaveLength(3)
})

test('notes posts that let Slack unfurl, and live mentions in them', async () => {
  const workspace = await aWorkspace()
  const client = clientOf(workspace)

  await client.chat.postMessage({ channel: 'C0BILLING', text: 'quiet', unfurl_links: false, unfurl_media: false })
  expect(workspace.ledger.unfurling).toEqual([])
  expect(workspace.ledger.liveMarkup).toEqual([])

  await client.chat.postMessage({
    channel: 'C0BILLING',
    text: 'loud <!channel> &lt;!here&gt; <https://evil.example|bank>',
  })
  expect(workspace.ledger.unfurling).toHaveLength(1)
  expect(workspace.ledger.liveMarkup.map(({ what }) => what)).toEqual(['<!channel>', '<https://evil.example|bank>'])
})

test('uploads a file in the three steps of the client', async () => {
  const workspace = await aWorkspace()

  await clientOf(workspace).filesUploadV2({
    channel_id: 'C0BILLING',
    filename: 'report.csv',
    content: 'a,b',
    title: 'Report',
    initial_comment: 'Weekly',
  })

  expect(workspace.as('grace').sees('billing')).toMatchObject([{ text: 'Weekly\n[file: Report]' }])
})

test('lists people, groups and where they are', async () => {
  const userGroups = [{ id: 'S0BILLING', handle: 'billing-team', name: 'Billing', users: ['U0GRACE'] }]
  const client = clientOf(await aWorkspace({ userGroups }))

  const found = await client.users.lookupByEmail({ email: 'GRACE@example.com' })
  expect(found.user).toMatchObject({ id: 'U0GRACE', tz: 'Europe/Berlin', profile: { email: 'grace@example.com' } })
  expect((await client.users.info({ user: 'U0GONE' })).user).toMatchObject({ deleted: true })
  expect((await client.users.info({ user: 'U0GUEST' })).user).toMatchObject({ is_restricted: true })
  expect((await client.usergroups.list()).usergroups).toMatchObject([{ id: 'S0BILLING', handle: 'billing-team' }])
  expect((await client.usergroups.users.list({ usergroup: 'S0BILLING' })).users).toEqual(['U0GRACE'])
  expect((await client.users.conversations({ user: 'U0OMAR' })).channels?.map(({ name }) => name)).toEqual([
    'billing',
    'elsewhere',
  ])
})

test('schedules messages, lists and cancels them', async () => {
  const workspace = await aWorkspace({ now: () => 1_800_000_000_990 })
  const { chat } = clientOf(workspace)
  const schedule = (text: string, postAt: number) =>
    chat.scheduleMessage({ channel: 'C0BILLING', text, post_at: postAt })

  const { scheduled_message_id: id = '' } = await schedule('tomorrow', 1_800_086_400)
  expect((await chat.scheduledMessages.list()).scheduled_messages).toMatchObject([{ id, text: 'tomorrow' }])
  await chat.deleteScheduledMessage({ channel: 'C0BILLING', scheduled_message_id: id })
  expect((await chat.scheduledMessages.list()).scheduled_messages).toEqual([])

  await schedule('in 10 ms', 1_800_000_001)
  await workspace.until(() => workspace.ledger.visible('billing').length > 0)
  expect(workspace.ledger.visible().map(({ text }) => text)).toEqual(['in 10 ms'])
})

test('checks blocks without posting them', async () => {
  const client = clientOf(await aWorkspace())

  expect(await answered(client.apiCall('blocks.validate', { blocks: [section('fine')] }))).toMatchObject({
    ok: true,
    errors: [],
  })
  const wrong = await answered(client.apiCall('blocks.validate', { blocks: [{ type: 'nonsense' }] }))
  expect(wrong).toMatchObject({ ok: false, errors: [{ pointer: '/blocks/0/type' }] })
})
