import { createHmac } from 'node:crypto'
import { pause } from '../pause.ts'
import type { Faults } from './faults.ts'
import type { DeliveryRecord, Recorder } from './ledger.ts'
import type { Fields } from './model.ts'
import { isFields } from './reading.ts'
import type { SocketMode } from './socket-mode.ts'
import type { World } from './world.ts'

/** What came back: `answer` is the body of the acknowledgement, undefined when it was empty. */
export interface Outcome {
  readonly acked: boolean
  readonly status?: number
  readonly ackMs: number
  readonly answer: unknown
  readonly error?: string
}

export interface Delivery {
  url: string | undefined
  /** An event, sent again with x-slack-retry-num until acknowledged; resolves with the last attempt. */
  event(payload: Fields): Promise<Outcome>
  /** A click, a submitted view, a shortcut, a menu that asks for options: sent once, as Slack does. */
  interaction(payload: Fields): Promise<Outcome>
  command(fields: Readonly<Record<string, string>>): Promise<Outcome>
  /** Deliveries under way, retries included. */
  readonly pending: number
  close(): void
}

export interface DeliverySettings {
  readonly world: World
  readonly record: Recorder
  readonly faults: Faults
  readonly socket: SocketMode
  readonly url: string | undefined
  readonly ackTimeoutMs: number
  /** Waits before the 1st, 2nd … repetition of an event; Slack's own are 0, 60,000 and 300,000. */
  readonly eventRetryDelaysMs: readonly number[]
  readonly changed: () => void
}

interface Attempt {
  readonly kind: DeliveryRecord['kind']
  readonly type: string
  readonly payload: Fields
  readonly attempt: number
  readonly reason?: string
}

export function delivery(settings: DeliverySettings): Delivery {
  const { world, record, faults, socket, ackTimeoutMs, eventRetryDelaysMs, changed } = settings
  const closing = new AbortController()
  let pending = 0

  const once = async (attempt: Attempt): Promise<Outcome> => {
    const startedAt = performance.now()
    const via = faults.down ? 'nobody' : socket.connections > 0 ? 'socket' : self.url ? 'http' : 'nobody'
    const sent =
      via === 'socket'
        ? overSocket(socket, attempt, ackTimeoutMs)
        : via === 'http'
          ? overHttp(
              world,
              self.url ?? '',
              attempt,
              AbortSignal.any([closing.signal, AbortSignal.timeout(ackTimeoutMs)]),
            )
          : Promise.reject(
              new Error(faults.down ? 'Slack is down.' : 'The app has neither a URL nor an open connection.'),
            )
    const result = await sent.catch((error: unknown) => ({ acked: false, answer: undefined, error: reasonOf(error) }))

    const outcome = { ...result, ackMs: performance.now() - startedAt }
    const { answer: _, ...facts } = outcome
    record.delivered({
      kind: attempt.kind,
      type: attempt.type,
      at: world.now(),
      via,
      attempt: attempt.attempt,
      ...facts,
    })
    changed()
    return outcome
  }

  const tracked = async <T>(work: () => Promise<T>): Promise<T> => {
    pending += 1
    try {
      return await work()
    } finally {
      pending -= 1
      changed()
    }
  }

  const withRetries = async (payload: Fields): Promise<Outcome> => {
    const type = isFields(payload.event) ? String(payload.event.type) : String(payload.type)
    let outcome = await once({ kind: 'events_api', type, payload, attempt: 0 })
    for (const [index, delayMs] of eventRetryDelaysMs.entries()) {
      if (outcome.acked || closing.signal.aborted) return outcome
      await pause(delayMs, closing.signal)
      const reason = outcome.status === undefined ? retryReason(outcome.error) : 'http_error'
      outcome = await once({ kind: 'events_api', type, payload, attempt: index + 1, reason })
    }
    return outcome
  }

  const self: Delivery = {
    url: settings.url,
    get pending() {
      return pending
    },

    event: (payload) =>
      tracked(async () => {
        const fate = faults.forEvent()
        if (fate) record.faulted(`event-${fate}`)
        if (fate === 'dropped') return { acked: false, ackMs: 0, answer: undefined, error: 'dropped by the fault plan' }
        if (fate === 'doubled') void tracked(() => withRetries(payload))
        return withRetries(payload)
      }),

    interaction: (payload) =>
      tracked(() => once({ kind: 'interactive', type: String(payload.type), payload, attempt: 0 })),

    command: (fields) =>
      tracked(() => once({ kind: 'slash_commands', type: fields.command ?? '', payload: fields, attempt: 0 })),

    close: () => closing.abort(),
  }
  return self
}

async function overSocket(socket: SocketMode, { kind, payload, attempt, reason }: Attempt, timeoutMs: number) {
  const retry = attempt > 0 ? { attempt, reason: reason ?? 'timeout' } : undefined
  const answer = await socket.send({ type: kind, payload, ...(retry ? { retry } : {}) }, timeoutMs)
  return { acked: true, answer }
}

async function overHttp(world: World, url: string, { kind, payload, attempt, reason }: Attempt, signal: AbortSignal) {
  const [type, body] = encode(kind, payload)
  const headers = {
    'content-type': type,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    ...signature(world, body),
    ...(attempt > 0 ? { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason ?? 'http_error' } : {}),
  }
  const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' })
  const text = await response.text()
  return { acked: response.ok, status: response.status, answer: parsed(text) }
}

/** The v0 scheme: HMAC-SHA256 over `v0:<seconds>:<raw body>`. The time is real time even when `now` is faked. */
function signature({ self }: World, body: string) {
  const seconds = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', self.signingSecret).update(`v0:${seconds}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${mac}` }
}

function encode(kind: DeliveryRecord['kind'], payload: Fields): [string, string] {
  if (kind === 'events_api') return ['application/json', JSON.stringify(payload)]
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>)
  return ['application/x-www-form-urlencoded', new URLSearchParams(fields).toString()]
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'operation_timeout'
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

function retryReason(error: string | undefined): string {
  return error === 'operation_timeout' || error?.startsWith('No ack') ? 'http_timeout' : 'connection_failed'
}
