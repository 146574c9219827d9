import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { SlackWorkspace } from '../../../src/playground/workspace/workspace.ts'
import { anApp, aWorkspace, clientOf } from './support.ts'

interface Frame {
  readonly type: string
  readonly envelope_id?: string
  readonly [field: string]: unknown
}

/** A Socket Mode client of few words: acknowledges each envelope unless told to stay silent. */
async function connect(workspace: SlackWorkspace, answer: (frame: Frame) => unknown = () => undefined) {
  const { url = '' } = await clientOf(workspace, workspace.app.appToken).apps.connections.open()
  const socket = new WebSocket(url)
  onTestFinished(() => socket.terminate())
  const frames: Frame[] = []
  socket.on('message', (text) => {
    const frame = JSON.parse((text as Buffer).toString()) as Frame
    frames.push(frame)
    if (frame.envelope_id === undefined) return
    const payload = answer(frame)
    if (payload !== 'silence')
      socket.send(JSON.stringify({ envelope_id: frame.envelope_id, ...(payload ? { payload } : {}) }))
  })
  await once(socket, 'open')
  await workspace.until(() => frames.length > 0)
  return { socket, frames, url }
}

test('greets, delivers in envelopes and takes the answer from the acknowledgement', async () => {
  const workspace = await aWorkspace()
  const { frames } = await connect(workspace, ({ type }) =>
    type === 'slash_commands' ? { text: 'Here is help' } : undefined,
  )

  await workspace.as('grace').say('billing', 'hello')
  await workspace.as('grace').command('/waybill help', 'billing')

  expect(frames[0]).toMatchObject({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0WAYBILL' } })
  expect(frames[1]).toMatchObject({
    type: 'events_api',
    accepts_response_payload: false,
    retry_attempt: 0,
    payload: { event: { text: 'hello' } },
  })
  expect(frames[2]).toMatchObject({ type: 'slash_commands', accepts_response_payload: true, payload: { text: 'help' } })
  expect(
    workspace
      .as('grace')
      .whispers()
      .map(({ text }) => text),
  ).toEqual(['Here is help'])
  expect(workspace.ledger.deliveries().map(({ via }) => via)).toEqual(['socket', 'socket'])
})

test('prefers sockets to HTTP, and shares the work among them', async () => {
  const app = await anApp()
  const workspace = await aWorkspace({ eventsUrl: app.url })
  const first = await connect(workspace)
  const second = await connect(workspace)

  for (const text of ['one', 'two']) await workspace.as('grace').say('billing', text)
  expect([first.frames.length, second.frames.length, app.received.length]).toEqual([2, 2, 0])

  workspace.socket.cut()
  await workspace.until(() => workspace.socket.connections === 0)
  await workspace.as('grace').say('billing', 'three')
  expect(app.received).toHaveLength(1)
})

test('asks every connection to come back, and a ticket is good once', async () => {
  const workspace = await aWorkspace()
  const { socket, frames, url } = await connect(workspace)

  workspace.socket.refresh()
  await once(socket, 'close')
  expect(frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' })
  expect(workspace.socket.connections).toBe(0)

  const again = new WebSocket(url)
  const [error] = (await once(again, 'error')) as [Error]
  expect(error.message).toContain('401')
})

test('an event lost on a broken connection comes again on another', async () => {
  const workspace = await aWorkspace({ eventRetryDelaysMs: [0, 0, 0] })
  const broken = await connect(workspace, () => {
    broken.socket.terminate()
    return 'silence'
  })
  const whole = await connect(workspace)

  await workspace.as('grace').say('billing', 'hello')

  expect(whole.frames.at(-1)).toMatchObject({ type: 'events_api', retry_attempt: 1, retry_reason: 'connection_failed' })
})

test('a frozen connection stays open and lets nothing through; a new one works', async () => {
  const workspace = await aWorkspace({ ackTimeoutMs: 20, eventRetryDelaysMs: [] })
  const { frames, socket } = await connect(workspace)
  workspace.socket.freeze()
  let pongs = 0
  socket.on('pong', () => pongs++)
  socket.ping()

  const outcome = await workspace.as('grace').command('/waybill help', 'billing')

  expect(outcome).toMatchObject({ acked: false })
  expect(frames).toHaveLength(1)
  expect(workspace.socket.connections).toBe(1)
  expect(workspace.ledger.failures).toMatchObject([{ error: 'operation_timeout' }])

  const whole = await connect(workspace)
  whole.socket.ping()
  await once(whole.socket, 'pong')
  expect(pongs).toBe(0)
  await Promise.all([1, 2].map((n) => workspace.as('grace').say('billing', `message ${n}`)))
  expect(whole.frames).toHaveLength(2)
})
