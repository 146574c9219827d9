import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, type BlockAction, HTTPReceiver, LogLevel, type ViewSubmitAction } from '@slack/bolt'
import { expect, test } from 'vitest'
import { slackWorkspace } from '../../../src/playground/workspace/workspace.ts'

const people = [
  { id: 'U0GRACE', name: 'grace', realName: 'Grace Hopper', email: 'grace@example.com' },
  { id: 'U0OMAR', name: 'omar', realName: 'Omar Said', email: 'omar@example.com' },
]
const channels = [{ id: 'C0BILLING', name: 'billing', members: ['U0GRACE', 'U0OMAR'] }]

for (const transport of ['http', 'socket'] as const) {
  test(`a Bolt app hears clicks, forms, commands and events over ${transport}`, async () => {
    const workspace = await slackWorkspace({ signingSecret: 'a-signing-secret', people, channels })
    const { app, heard, stop } = await boltApp(transport, workspace)
    const grace = workspace.as('grace')

    await app.client.chat.postMessage({
      channel: 'C0BILLING',
      text: 'Duplicate charge',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: 'Duplicate charge' } },
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'claim', text: { type: 'plain_text', text: 'Accept' }, value: '42' }],
        },
      ],
      metadata: { event_type: 'ticket_card', event_payload: { k: 'x' } },
    })
    await workspace.until(() => heard.includes('event message_metadata_posted'))

    const clicked = await grace.click('Duplicate charge', 'Accept')
    expect(clicked).toMatchObject({ acked: true })
    await workspace.until(() => grace.card('billing', 'claimed by grace 42'))

    await grace.command('/ticket broken login', 'billing')
    expect(grace.whispers('billing').map(({ text }) => text)).toEqual(['working'])
    await workspace.until(() => grace.modal())
    expect(grace.modal()?.shows).toContain('New ticket')

    expect(await grace.submit({ Subject: 'x' })).toMatchObject({ status: 'errors', errors: { b: 'too short' } })
    expect(await grace.submit({ Subject: 'long enough' })).toMatchObject({ status: 'closed' })
    expect(grace.modal()).toBeUndefined()

    await grace.openHome()
    await workspace.until(() => grace.home()?.shows.includes('Welcome'))
    await grace.say('billing', 'hello there')
    await workspace.until(() => heard.includes('said hello there'))
    await grace.shortcut('make_ticket', 'claimed by grace')
    await grace.shortcut('anywhere')
    await workspace.until(() => heard.includes('global') && heard.some((line) => line.startsWith('on message')))

    expect(workspace.ledger.failures).toEqual([])
    expect(workspace.ledger.deliveries('block_actions')).toMatchObject([{ via: transport, acked: true }])
    await stop()
    await workspace.close()
  })
}

async function boltApp(transport: 'http' | 'socket', workspace: Awaited<ReturnType<typeof slackWorkspace>>) {
  const { slackApiUrl, botToken, appToken, signingSecret } = workspace.app
  const clientOptions = { slackApiUrl, retryConfig: { retries: 0 }, timeout: 2000 }
  const common = { token: botToken, clientOptions, logLevel: LogLevel.ERROR }
  const app =
    transport === 'http'
      ? new App({ ...common, receiver: new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR }) })
      : new App({ ...common, socketMode: true, appToken })
  const heard: string[] = []

  app.action<BlockAction>('claim', async ({ ack, action, body, respond }) => {
    await ack()
    const value = action.type === 'button' ? action.value : ''
    await respond({ replace_original: true, text: `claimed by ${body.user.name} ${value}`, blocks: [] })
  })
  app.command('/ticket', async ({ ack, command, client }) => {
    await ack('working')
    const element = { type: 'plain_text_input' as const, action_id: 'a' }
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'new_ticket',
        title: { type: 'plain_text', text: 'New ticket' },
        submit: { type: 'plain_text', text: 'Go' },
        blocks: [{ type: 'input', block_id: 'b', label: { type: 'plain_text', text: 'Subject' }, element }],
      },
    })
  })
  app.view<ViewSubmitAction>('new_ticket', async ({ ack, view }) => {
    const typed = view.state.values.b?.a?.value ?? ''
    await (typed.length < 3 ? ack({ response_action: 'errors', errors: { b: 'too short' } }) : ack())
  })
  app.event('app_home_opened', async ({ event, client }) => {
    const text = { type: 'plain_text' as const, text: 'Welcome' }
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'section', text }] } })
  })
  app.message(async ({ message }) => {
    if (message.subtype === undefined) heard.push(`said ${message.text}`)
  })
  app.event('message_metadata_posted', async () => void heard.push('event message_metadata_posted'))
  app.shortcut({ type: 'message_action', callback_id: 'make_ticket' }, async ({ ack, shortcut }) => {
    await ack()
    heard.push(`on message ${shortcut.message.ts}`)
  })
  app.shortcut({ type: 'shortcut', callback_id: 'anywhere' }, async ({ ack }) => {
    await ack()
    heard.push('global')
  })

  const server = (await app.start(0)) as Server
  if (transport === 'http')
    workspace.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
  else await workspace.until(() => workspace.socket.connections > 0)
  return { app, heard, stop: () => app.stop() }
}
