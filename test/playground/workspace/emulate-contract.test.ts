import { LogLevel, WebClient } from '@slack/web-api'
import { createEmulator } from 'emulate'
import { expect, onTestFinished, test } from 'vitest'
import { answered, aWorkspace, clientOf } from './support.ts'

const QUIET = { retryConfig: { retries: 0 }, timeout: 5000, logLevel: LogLevel.ERROR }
const MODAL = { type: 'modal', title: { type: 'plain_text', text: 'A form' }, blocks: [{ type: 'divider' }] }

/** Calls both have, in order, with the keys of the answer an app relies on. `$` names are filled in per side. */
const CALLS: readonly (readonly [method: string, args: Record<string, unknown>, keys: readonly string[]])[] = [
  ['auth.test', {}, ['ok', 'url', 'team', 'user', 'team_id', 'user_id']],
  ['conversations.list', {}, ['ok', 'channels', 'response_metadata']],
  ['conversations.info', { channel: '$channel' }, ['ok', 'channel']],
  ['conversations.info', { channel: 'C0NOWHERE' }, ['ok', 'error']],
  ['conversations.members', { channel: '$channel' }, ['ok', 'members']],
  ['conversations.open', { users: '$person' }, ['ok', 'channel']],
  ['users.list', {}, ['ok', 'members', 'response_metadata']],
  ['users.info', { user: '$person' }, ['ok', 'user']],
  ['users.info', { user: 'U0NOBODY' }, ['ok', 'error']],
  ['users.lookupByEmail', { email: 'grace@example.com' }, ['ok', 'user']],
  ['users.lookupByEmail', { email: 'nobody@example.com' }, ['ok', 'error']],
  ['chat.postMessage', { channel: '$channel' }, ['ok', 'error']],
  ['chat.postMessage', { channel: 'C0NOWHERE', text: 'hello' }, ['ok', 'error']],
  ['chat.postMessage', { channel: '$channel', text: 'hello' }, ['ok', 'channel', 'ts', 'message']],
  [
    'chat.postMessage',
    { channel: '$channel', text: 'in thread', thread_ts: '$ts' },
    ['ok', 'channel', 'ts', 'message'],
  ],
  ['chat.update', { channel: '$channel', ts: '$ts', text: 'hello again' }, ['ok', 'channel', 'ts', 'text']],
  ['chat.update', { channel: '$channel', ts: '1.000001', text: 'hello' }, ['ok', 'error']],
  ['chat.getPermalink', { channel: '$channel', message_ts: '$ts' }, ['ok', 'channel', 'permalink']],
  ['chat.getPermalink', { channel: '$channel', message_ts: '1.000001' }, ['ok', 'error']],
  ['chat.postEphemeral', { channel: '$channel', user: 'U0NOBODY', text: 'psst' }, ['ok', 'error']],
  ['chat.scheduleMessage', { channel: '$channel', text: 'late', post_at: 1 }, ['ok', 'error']],
  ['reactions.add', { channel: '$channel', timestamp: '$ts', name: 'eyes' }, ['ok']],
  ['reactions.add', { channel: '$channel', timestamp: '$ts', name: 'eyes' }, ['ok', 'error']],
  ['reactions.get', { channel: '$channel', timestamp: '$ts' }, ['ok', 'type', 'message']],
  ['reactions.remove', { channel: '$channel', timestamp: '$ts', name: 'tada' }, ['ok', 'error']],
  ['conversations.history', { channel: '$channel' }, ['ok', 'messages', 'has_more']],
  ['conversations.history', { channel: 'C0NOWHERE' }, ['ok', 'error']],
  ['conversations.replies', { channel: '$channel', ts: '$ts' }, ['ok', 'messages', 'has_more']],
  ['pins.add', { channel: '$channel', timestamp: '$ts' }, ['ok']],
  ['pins.add', { channel: '$channel', timestamp: '$ts' }, ['ok', 'error']],
  ['pins.list', { channel: '$channel' }, ['ok', 'items']],
  [
    'bookmarks.add',
    { channel_id: '$channel', title: 'Runbook', type: 'link', link: 'https://example.com' },
    ['ok', 'bookmark'],
  ],
  ['bookmarks.list', { channel_id: '$channel' }, ['ok', 'bookmarks']],
  ['files.getUploadURLExternal', { filename: 'a.txt', length: 3 }, ['ok', 'upload_url', 'file_id']],
  ['views.publish', { user_id: '$person', view: { type: 'home', blocks: [{ type: 'divider' }] } }, ['ok', 'view']],
  ['views.open', { trigger_id: 'no-such-trigger', view: MODAL }, ['ok', 'error']],
  ['views.update', { view_id: 'V0NOWHERE', view: MODAL }, ['ok', 'error']],
  ['chat.scheduledMessages.list', {}, ['ok', 'scheduled_messages']],
  ['files.completeUploadExternal', { files: [{ id: 'F0NOWHERE' }] }, ['ok', 'error']],
  ['chat.delete', { channel: '$channel', ts: '$ts' }, ['ok', 'channel', 'ts']],
  ['chat.delete', { channel: '$channel', ts: '$ts' }, ['ok', 'error']],
]

test('answers like the emulator of other people, wherever both have the method', async () => {
  const workspace = await aWorkspace()
  const ours = await replay(clientOf(workspace), 'billing')
  const theirs = await replay(await emulated(), 'billing')

  expect(ours).toEqual(theirs)
})

/** One line per call: ok or the error, and which of the named keys the answer has. */
async function replay(client: WebClient, channelName: string): Promise<string[]> {
  const listed = (await client.conversations.list()).channels ?? []
  const everybody = (await client.users.list({})).members ?? []
  const known: Record<string, string | undefined> = {
    $channel: listed.find(({ name }) => name === channelName)?.id,
    $person: everybody.find(({ name }) => name === 'grace')?.id,
  }
  const lines: string[] = []
  for (const [method, args, keys] of CALLS) {
    const filled = Object.entries(args).map(([name, value]) => [name, known[String(value)] ?? value])
    const answer = await answered(client.apiCall(method, Object.fromEntries(filled)))
    if (method === 'chat.postMessage' && answer.ok) known.$ts ??= String(answer.ts)
    const present = keys.filter((key) => answer[key] !== undefined)
    const shown = Array.isArray(answer.messages) ? answer.messages.map(summary) : []
    const outcome = typeof answer.error === 'string' ? answer.error : 'ok'
    lines.push(`${method} ${JSON.stringify(args)}: ${outcome} [${present.join(' ')}] ${shown.join(' | ')}`)
  }
  return lines
}

/** Order, text and reactions of a listed message; not ids, nor the root's thread_ts, which Slack gives and they leave out. */
function summary(message: Record<string, unknown>): string {
  const { type, text, reply_count: replies, edited, reactions } = message
  const names = Array.isArray(reactions) ? reactions.map(({ name, count }) => `${name} ${count}`) : []
  return [type, text, replies, edited && 'edited', ...names].filter(Boolean).join(', ')
}

async function emulated(): Promise<WebClient> {
  const seed = {
    slack: {
      team: { name: 'Waybill', domain: 'waybill' },
      users: [
        { name: 'waybill', real_name: 'Waybill', email: 'bot@example.com' },
        { name: 'grace', real_name: 'Grace Hopper', email: 'grace@example.com' },
      ],
      channels: [{ name: 'billing', topic: '' }],
      tokens: [{ token: 'xoxb-theirs', user: 'waybill' }],
    },
  }
  const emulator = await createEmulator({ service: 'slack', port: 0, seed })
  onTestFinished(() => emulator.close())
  return new WebClient('xoxb-theirs', { slackApiUrl: `${emulator.url}/api/`, ...QUIET })
}
