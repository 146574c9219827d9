import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { WebClient } from '@slack/web-api'
import { expect, onTestFinished, test } from 'vitest'
import { remoteWorkspace } from '../../../src/playground/workspace/remote.ts'
import { anApp, aWorkspace, button, channels, input, modal, people, signingSecret } from './support.ts'

test('a workspace in another process can be seen, used and broken from here', async () => {
  const app = await anApp(({ payload }) => (payload.command ? { body: 'Here is help' } : {}))
  const url = await inItsOwnProcess({ signingSecret, people, channels, eventsUrl: app.url, echo: false })
  const workspace = remoteWorkspace(url)
  const grace = workspace.as('grace')
  const { slackApiUrl, botToken } = await workspace.app()
  const client = new WebClient(botToken, { slackApiUrl, retryConfig: { retries: 0 }, timeout: 5000 })

  await workspace.failNext('chat.postMessage', 'accept-then-5xx')
  const post = {
    channel: 'C0BILLING',
    text: 'A card',
    blocks: [{ type: 'actions', elements: [button('accept', 'Accept')] }],
  }
  await expect(client.apiCall('chat.postMessage', post)).rejects.toThrow('500')
  const [card] = await workspace.until(() => workspace.visible('billing'))
  expect(await grace.sees('billing')).toEqual([card])

  expect(await grace.click(card!, 'Accept')).toMatchObject({ acked: true, status: 200 })
  expect(await grace.click({ channel: card!.channel, ts: card!.ts }, 'Accept')).toMatchObject({ acked: true })
  await expect(grace.click('A card', 'Resolve')).rejects.toThrow('click: grace sees no "Resolve" to use')
  await grace.shortcut('anywhere')
  const trigger = app.received.at(-1)?.payload.trigger_id
  await client.apiCall('views.open', {
    trigger_id: trigger,
    view: modal([input('subject', 'Subject', { type: 'plain_text_input' })]),
  })
  expect((await grace.modal())?.shows).toContain('Subject')
  expect(await grace.submit({ Subject: 'SSO' })).toMatchObject({ status: 'closed' })
  expect(await grace.modal()).toBeUndefined()

  await grace.command('/waybill help', 'billing')
  expect(await grace.whispers()).toMatchObject([{ text: 'Here is help' }])
  expect(await workspace.ledger()).toMatchObject({
    calls: { 'chat.postMessage': 1, 'views.open': 1 },
    faults: { 'accept-then-5xx': 1 },
    failures: [],
    connections: 0,
  })
  expect(await workspace.calls('chat.postMessage')).toMatchObject([{ ok: true, fault: 'accept-then-5xx' }])

  await workspace.setFaults({ seed: 1, rate: 1, kinds: ['before-5xx'] })
  await expect(client.auth.test()).rejects.toThrow('503')
  await workspace.reset()
  await client.auth.test()
})

test('refuses what it does not understand, and web pages from elsewhere', async () => {
  const { url } = await aWorkspace()
  const ask = (operation: string, type: string, body: string) =>
    fetch(`${url}/_workspace/${operation}`, { method: 'POST', headers: { 'content-type': type }, body })

  expect((await ask('ledger', 'text/plain', '{}')).status).toBe(415)
  expect((await ask('explode', 'application/json', '{}')).status).toBe(404)
  const wrong = await ask('click', 'application/json', JSON.stringify({ as: 'grace', target: 'A card' }))
  expect(wrong.status).toBe(400)
  expect(await wrong.text()).toContain('control')
})

async function inItsOwnProcess(options: Record<string, unknown>): Promise<string> {
  const file = new URL('../../support/slack-workspace-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout }))
    return (JSON.parse(line) as { readonly url: string }).url
  throw new Error('The workspace ended before it listened.')
}
