import { expect, test } from 'vitest'
import { anApp, aWorkspace, button, clientOf, section } from './support.ts'

const option = (value: string, label: string) => ({ value, text: { type: 'plain_text', text: label } })
const menu = { type: 'overflow', action_id: 'more', options: [option('why', 'Why here'), option('bug', 'File a bug')] }
const card = {
  channel: 'C0BILLING',
  text: 'Ticket 4711',
  blocks: [section('Duplicate charge'), { type: 'actions', elements: [button('accept', 'Accept', '4711'), menu] }],
}

test('people see the channels they may see', async () => {
  const workspace = await aWorkspace()
  const client = clientOf(workspace)
  await client.chat.postMessage(card)
  await client.chat.postMessage({ channel: 'U0GRACE', text: 'only you' })
  await workspace.as('omar').say('secret', 'between us')
  const sees = (who: string, channel: string) =>
    workspace
      .as(who)
      .sees(channel)
      .map(({ text }) => text)

  expect(sees('grace', 'billing')).toEqual(['Ticket 4711'])
  expect(sees('gina', 'billing')).toEqual([])
  expect(sees('ghost', 'billing')).toEqual([])
  expect(sees('omar', 'secret')).toEqual(['between us'])
  expect(sees('grace', 'secret')).toEqual([])
  expect(sees('grace', '@waybill')).toEqual(['only you'])
  expect(sees('omar', '@waybill')).toEqual([])
  workspace.invite('gina', 'billing')
  expect(sees('gina', 'billing')).toEqual(['Ticket 4711'])
  expect(() => sees('grace', 'nowhere')).toThrow('There is no channel "nowhere"')
  expect(() => workspace.as('nobody')).toThrow('Nobody here is called "nobody"')
})

test('whispers reach one person', async () => {
  const workspace = await aWorkspace()
  await clientOf(workspace).chat.postEphemeral({
    channel: 'C0BILLING',
    user: 'U0GRACE',
    text: 'Omar took this 4 s ago',
  })

  expect(workspace.as('grace').whispers('billing')).toMatchObject([{ text: 'Omar took this 4 s ago', ephemeral: true }])
  expect(workspace.as('grace@example.com').sees('billing')).toHaveLength(1)
  expect(workspace.as('omar').whispers()).toEqual([])
  expect(workspace.ledger.visible()).toEqual([])
  const [whisper] = workspace.ledger.ephemerals()
  await expect(workspace.as('omar').click(whisper!, 'x')).rejects.toThrow('a whisper to somebody else')
})

test('finds controls by label, id or option, and says what there is otherwise', async () => {
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url, echo: false })
  await clientOf(workspace).chat.postMessage(card)
  const grace = workspace.as('grace')
  const last = () => app.received.at(-1)?.payload

  await grace.click(/Duplicate/, 'Accept')
  expect(last()).toMatchObject({ actions: [{ action_id: 'accept', value: '4711' }] })
  await grace.click(({ text }) => text.endsWith('4711'), 'File a bug')
  expect(last()).toMatchObject({
    actions: [{ type: 'overflow', action_id: 'more', selected_option: { value: 'bug' } }],
  })
  await grace.select('Ticket', 'more', 'why')
  expect(last()).toMatchObject({ actions: [{ selected_option: { value: 'why' } }] })

  await expect(grace.click('Ticket', 'Resolve')).rejects.toThrow(
    'grace sees no "Resolve" to use; there is "Accept" (accept)',
  )
  await expect(grace.click('Ticket', 'more')).rejects.toThrow('say which of its options')
  await expect(grace.select('Ticket', 'more', 'nothing')).rejects.toThrow(
    'it offers "Why here" (why), "File a bug" (bug)',
  )
  await expect(grace.click('No such card', 'Accept')).rejects.toThrow('sees no message that matches No such card')
  await expect(grace.submit({})).rejects.toThrow('grace has no modal open to submit')
  await expect(workspace.as('ghost').click('Ticket', 'Accept')).rejects.toThrow('deactivated')
})

test('an outdated screen can still be clicked', async () => {
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url, echo: false })
  const client = clientOf(workspace)
  const { ts = '' } = await client.chat.postMessage(card)
  const grace = workspace.as('grace')
  const before = grace.card('billing', 'Ticket')!
  await client.chat.update({ channel: 'C0BILLING', ts, text: 'Taken', blocks: [section('Taken')] })

  await expect(grace.click(before, 'Accept')).rejects.toThrow('nothing to click')
  await grace.click(before, 'Accept', undefined, { asShown: true })
  expect(app.received.at(-1)?.payload).toMatchObject({
    actions: [{ action_id: 'accept' }],
    message: { text: 'Ticket 4711' },
  })

  await client.chat.delete({ channel: 'C0BILLING', ts })
  await expect(grace.click(before, 'Accept')).rejects.toThrow('cannot see the message')
  expect(await grace.click(before, 'Accept', undefined, { asShown: true })).toMatchObject({ acked: true })
})

test('archived, left and deactivated: the workspace changes underfoot', async () => {
  const workspace = await aWorkspace()
  const client = clientOf(workspace)
  const post = () =>
    client.chat.postMessage(card).then(
      () => 'ok',
      (error: Error) => error.message,
    )

  expect(await post()).toBe('ok')
  workspace.kick('waybill', 'billing')
  expect(await post()).toContain('not_in_channel')
  await client.conversations.join({ channel: 'C0BILLING' })
  expect(await post()).toBe('ok')
  workspace.archive('billing')
  expect(await post()).toContain('is_archived')
  await expect(workspace.as('grace').say('billing', 'hello')).rejects.toThrow('archived')
  workspace.deactivate('omar')
  await expect(client.conversations.open({ users: 'U0OMAR' })).rejects.toThrow('user_disabled')
})

test('waits for what is about to happen, and says what it waited for in vain', async () => {
  const workspace = await aWorkspace()
  const grace = workspace.as('grace')

  const waiting = workspace.until(() => grace.card('billing', 'Ticket'))
  await clientOf(workspace).chat.postMessage(card)
  expect((await waiting).shows).toContain('Duplicate charge')
  await expect(workspace.until(() => grace.modal(), 30)).rejects.toThrow('Waited 30 ms in vain for () => grace.modal()')
})

test('a reset forgets everything but who and where', async () => {
  const workspace = await aWorkspace()
  const { ts: first } = await clientOf(workspace).chat.postMessage(card)
  workspace.archive('billing')
  workspace.setFaults({ seed: 1, rate: 1 })

  workspace.reset()

  expect(workspace.ledger.postings).toEqual([])
  expect(workspace.ledger.visible()).toEqual([])
  const { ts: second } = await clientOf(workspace).chat.postMessage(card)
  expect(Number(second)).toBeGreaterThan(Number(first))
})
