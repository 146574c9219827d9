import { expect, test } from 'vitest'
import type { Change } from '../../../src/playground/workspace/changes.ts'
import type { SlackWorkspace } from '../../../src/playground/workspace/contract.ts'
import { anApp, aWorkspace, button, clientOf, input, modal, section } from './support.ts'

function listenTo(workspace: SlackWorkspace) {
  const changes: Change[] = []
  const stop = workspace.onChange((change) => void changes.push(change))
  return { changes, stop, kinds: () => changes.splice(0).map(({ kind }) => kind) }
}

test('who listens hears of everything that becomes different, and where', async () => {
  const workspace = await aWorkspace()
  const client = clientOf(workspace)
  const { changes, stop, kinds } = listenTo(workspace)
  const channel = 'C0BILLING'

  const { ts } = await client.chat.postMessage({ channel, text: 'one' })
  await client.chat.update({ channel, ts: ts!, text: 'two' })
  await workspace.as('grace').react('two', 'eyes')
  const answer = await workspace.as('grace').say('billing', 'an answer', { thread: ts! })
  await client.chat.delete({ channel, ts: ts! })
  const here = { kind: 'message', channel, ts, thread: undefined }
  const reply = { kind: 'message', channel, ts: answer.ts, thread: ts }
  expect(changes.splice(0)).toEqual([here, here, here, reply, here])

  const { message_ts: whisper } = await client.chat.postEphemeral({ channel, user: 'U0GRACE', text: 'only you' })
  expect(changes.splice(0)).toEqual([{ kind: 'whisper', channel, ts: whisper, to: 'U0GRACE' }])

  await client.views.publish({ user_id: 'U0GRACE', view: { type: 'home', blocks: [section('x')] as never } })
  expect(changes.splice(0)).toEqual([{ kind: 'view', type: 'home', user: 'U0GRACE' }])
  workspace.invite('gina', 'billing')
  workspace.kick('gina', 'billing')
  workspace.archive('elsewhere')
  workspace.deactivate('grace')
  expect(kinds()).toEqual(['channels', 'channels', 'channels', 'people'])
  workspace.reset()
  expect(kinds()).toEqual(['reset'])

  stop()
  await client.chat.postMessage({ channel, text: 'unheard' })
  expect(changes).toEqual([])
})

test('modals are heard of as they open, fill and close, and so is what failed', async () => {
  const fields = [input('why', 'Why', { type: 'plain_text_input' })]
  const app = await anApp(async ({ payload }) => {
    if (payload.type !== 'block_actions') return { status: payload.type === 'view_submission' ? 200 : 500 }
    await client.views.open({ trigger_id: String(payload.trigger_id), view: modal(fields) as never })
    return {}
  })
  const workspace = await aWorkspace({ eventsUrl: app.url, echo: false })
  const client = clientOf(workspace)
  const elements = [button('open', 'Open')]
  await client.chat.postMessage({
    channel: 'C0BILLING',
    text: 'a card',
    blocks: [{ type: 'actions', elements }] as never,
  })
  const { changes } = listenTo(workspace)
  const grace = workspace.as('grace')
  const view = { kind: 'view', type: 'modal', user: 'U0GRACE' }

  await grace.click('a card', 'Open')
  expect(changes.splice(0)).toEqual([view])
  await grace.submit({ Why: 'because' })
  expect(changes.splice(0)).toEqual([view, view])
  await grace.shortcut('anything')
  expect(changes).toEqual([{ kind: 'failure', user: 'U0GRACE', gesture: 'anything', error: 'HTTP 500' }])
})

test('a window on a channel says the same as all of it', async () => {
  const workspace = await aWorkspace()
  const client = clientOf(workspace)
  const [grace, omar] = [workspace.as('grace'), workspace.as('omar')]
  const channel = 'C0BILLING'
  for (let said = 0; said < 40; said += 1) {
    const { ts } = await grace.say('billing', `message ${said}`)
    if (said % 7 === 0) await omar.say('billing', `answer to ${said}`, { thread: ts })
    if (said % 5 === 0) await client.chat.postEphemeral({ channel, user: 'U0GRACE', text: `whisper ${said}` })
    if (said % 11 === 3) await grace.unsay((message) => message.ts === ts)
  }
  const texts = (messages: readonly { readonly text: string }[]) => messages.map(({ text }) => text)
  const whole = grace.sees('billing').filter(({ threadTs }) => threadTs === undefined)

  const read: string[][] = []
  let before: string | undefined
  for (;;) {
    const part = grace.screen.window(channel, { before, limit: 7 })
    if (part.length === 0) break
    read.unshift(texts(part))
    before = part[0]!.ts
  }

  expect(read.flat()).toEqual(texts(whole))
  expect(read.length).toBeGreaterThan(4)
  expect(grace.screen.countAfter(channel, '0')).toBe(whole.filter(({ ephemeral }) => !ephemeral).length)
  expect(grace.screen.countAfter(channel, whole.at(-3)!.ts)).toBe(2)
  const first = grace.screen.window(channel, { limit: 100 })[0]!
  expect(first).toMatchObject({ text: 'message 0', replyCount: 1 })
  expect(texts(grace.screen.thread(channel, first.ts))).toEqual(['message 0', 'answer to 0'])
  expect(grace.screen.message(channel, first.ts)).toEqual(first)
  expect(omar.screen.message(channel, whole.find(({ ephemeral }) => ephemeral)!.ts)).toBeUndefined()
  expect(workspace.as('gina').screen.message(channel, first.ts)).toBeUndefined()
  expect(() => workspace.as('gina').screen.window(channel, { limit: 1 })).toThrow('gina sees no channel C0BILLING.')
  workspace.reset()
  expect(workspace.as('grace').screen.window(channel, { limit: 7 })).toEqual([])
})

test('a person sees the names of channels and of the people they write with', async () => {
  const workspace = await aWorkspace()
  const { channels } = workspace.as('grace').screen

  expect(channels()).toMatchObject([
    { id: 'C0BILLING', name: 'billing', kind: 'public', joined: true, archived: false, lastTs: null },
    { id: 'C0OLD', archived: true },
    { id: 'C0ELSEWHERE', joined: false },
    { name: 'waybill', kind: 'im', joined: true },
  ])
  expect(workspace.people.map(({ id }) => id)).toContain('U0WAYBILL')
})
