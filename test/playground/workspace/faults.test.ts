import { expect, test } from 'vitest'
import { FAULT_KINDS, type FaultKind, faults } from '../../../src/playground/workspace/faults.ts'
import type { SlackWorkspace } from '../../../src/playground/workspace/workspace.ts'
import { anApp, answered, aWorkspace, clientOf } from './support.ts'

const hello = { channel: 'C0BILLING', text: 'hello' }

/** What the caller learns, and what stands in the channel at once. */
const KINDS: Readonly<Record<FaultKind, readonly [learns: RegExp, lands: boolean]>> = {
  'before-reset': [/request_error|fetch failed/, false],
  'before-5xx': [/503/, false],
  '429': [/rate.?limit/i, false],
  delay: [/^ok$/, true],
  'not-ok-internal-error': [/internal_error/, false],
  'garbage-body': [/./, true],
  'accept-then-reset': [/request_error|fetch failed/, true],
  'accept-then-5xx': [/500/, true],
  'accept-then-timeout': [/timeout|aborted/i, true],
  'accept-then-internal-error': [/internal_error/, true],
  'late-landing': [/request_error|fetch failed/, false],
}

test.each(FAULT_KINDS)('%s: the caller learns one thing, the channel shows another', async (kind) => {
  const workspace = await aWorkspace()
  const client = kind === 'accept-then-timeout' ? impatient(workspace) : clientOf(workspace).chat
  workspace.failNext('chat.postMessage', kind, { delayMs: 5, lateMs: 60_000 })

  const learned = await answered(client.postMessage(hello)).then(
    (answer) => (typeof answer.error === 'string' ? answer.error : 'ok'),
    (error: Error) => `${error.message} ${String(error.cause)}`,
  )

  const [learns, lands] = KINDS[kind]
  expect(learned).toMatch(learns)
  expect(workspace.ledger.visible('billing')).toHaveLength(lands ? 1 : 0)
  expect(workspace.ledger.faults).toEqual({ [kind]: 1 })
  expect(workspace.ledger.calls('chat.postMessage')).toHaveLength(kind === 'late-landing' ? 0 : 1)
})

test('a late message lands after its delay, echo and all', async () => {
  const workspace = await aWorkspace()
  const app = await anApp()
  workspace.deliverTo(app.url)
  workspace.failNext('chat.postMessage', 'late-landing', { lateMs: 10 })

  await expect(clientOf(workspace).chat.postMessage(hello)).rejects.toThrow()

  await workspace.until(() => workspace.ledger.visible('billing').length === 1)
  await workspace.until(() => app.received.length === 1)
  expect(app.received[0]?.payload).toMatchObject({ event: { type: 'message', text: 'hello', bot_id: 'B0WAYBILL' } })
})

test('the same seed meets every call with the same fate, however methods interleave', () => {
  const plan = { seed: 7, rate: 0.3 }
  const alone = faults(plan)
  const mixed = faults(plan)
  const draw = (from: typeof alone, between: boolean) =>
    Array.from({ length: 500 }, () => {
      if (between) from.forCall('chat.update')
      return from.forCall('chat.postMessage')?.kind
    })

  const fates = draw(alone, false)
  expect(draw(mixed, true)).toEqual(fates)
  expect(draw(faults({ ...plan, seed: 8 }), false)).not.toEqual(fates)
  const share = fates.filter(Boolean).length / fates.length
  expect(share).toBeGreaterThan(0.24)
  expect(share).toBeLessThan(0.36)
  expect(new Set(fates.filter(Boolean)).size).toBe(FAULT_KINDS.length)
})

test('a plan spares the methods it does not name, and ends when it is taken away', async () => {
  const workspace = await aWorkspace({
    faults: { seed: 1, rate: 1, methods: ['chat.postMessage'], kinds: ['before-5xx'] },
  })
  const client = clientOf(workspace)

  await client.auth.test()
  await expect(client.chat.postMessage(hello)).rejects.toThrow()
  workspace.setFaults(undefined)
  await client.chat.postMessage(hello)

  expect(workspace.ledger.faults).toEqual({ 'before-5xx': 1 })
})

test('when Slack is down nothing answers, nothing is delivered and nobody can click', async () => {
  const workspace = await aWorkspace()
  const app = await anApp()
  workspace.deliverTo(app.url)
  workspace.down(true)

  await expect(clientOf(workspace).chat.postMessage(hello)).rejects.toThrow('503')
  await expect(workspace.as('grace').command('/waybill help')).rejects.toThrow('Slack is down')
  expect(workspace.ledger.faults).toEqual({ down: 1 })

  workspace.down(false)
  await clientOf(workspace).chat.postMessage(hello)
  await workspace.until(() => app.received.length === 1)
})

test('loses and doubles events as the plan says', async () => {
  const workspace = await aWorkspace({ faults: { seed: 3, rate: 0, droppedEvents: 0.3, doubledEvents: 0.3 } })
  const app = await anApp()
  workspace.deliverTo(app.url)

  for (let n = 0; n < 40; n++) await workspace.as('grace').say('billing', `message ${n}`)
  await workspace.until(() => workspace.pendingDeliveries === 0)

  const { 'event-dropped': dropped = 0, 'event-doubled': doubled = 0 } = workspace.ledger.faults
  expect(dropped).toBeGreaterThan(0)
  expect(doubled).toBeGreaterThan(0)
  expect(app.received).toHaveLength(40 - dropped + doubled)
})

/** Gives up once the message stands in the channel, as a client does whose time is over. */
function impatient(workspace: SlackWorkspace) {
  const { slackApiUrl, botToken } = workspace.app
  const abort = new AbortController()
  void workspace.until(() => workspace.ledger.visible('billing').length > 0).then(() => abort.abort())
  return {
    async postMessage(body: typeof hello) {
      const response = await fetch(`${slackApiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${botToken}` },
        body: JSON.stringify(body),
        signal: abort.signal,
      })
      return response.json()
    },
  }
}
