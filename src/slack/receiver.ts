import type { App, Receiver } from '@slack/bolt'
import { plusMs, SECOND, type Timestamp } from '../core/time.ts'
import { RejectedError } from '../errors.ts'
import { crashPoint, isPlanted } from '../lib/fault-injection.ts'
import type { Clock, Inbox, InboxEntry, InboxKind, Log } from '../ports.ts'
import { type Delivery, parseRequest, toDelivery } from './delivery.ts'
import { type Headers, signatureFault } from './signature.ts'

export interface SlackRequest {
  readonly method: string
  /** Names in lower case. */
  readonly headers: Headers
  /** Exactly the bytes that were signed, as text. */
  readonly rawBody: string
}

export interface SlackAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Where deliveries come in. Bolt only ever sees what is stored already. */
export interface SlackReceiver {
  /** To be given to Bolt. */
  readonly receiver: Receiver
  /** Answers one HTTP request to `POST /slack/events`; never rejects. */
  handle(request: SlackRequest): Promise<SlackAnswer>
  /**
   * Stores a body that is known to be Slack's own and resolves with what to acknowledge it with. Rejects when it could not
   * be stored: then it must not be acknowledged.
   */
  accept(body: Readonly<Record<string, unknown>>): Promise<unknown>
  /**
   * Works through what was stored but never finished, `olderThanMs` old at least (0 at start, when nothing can be under
   * way). Resolves with how many were taken up.
   */
  replayUnfinished(olderThanMs?: number): Promise<number>
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

/** What the listeners learn about the delivery they work for, in Bolt's `context`. */
export interface DeliveryContext {
  /** Absent for what is not stored. */
  readonly inboxKey?: string
  readonly receivedAt?: Timestamp
}

const MAX_BODY = 1024 * 1024
const ANSWER_MS = 2_500
const LEASE_MS = 20 * SECOND
const REPLAY_BATCH = 100
const OURS: readonly InboxKind[] = ['slack_event', 'slack_interaction', 'slack_command']

export function slackReceiver(deps: {
  readonly inbox: Inbox
  readonly clock: Clock
  readonly log: Log
  /** Not needed when only Socket Mode is used; without it every HTTP request is refused. */
  readonly signingSecret?: string | undefined
}): SlackReceiver {
  const { inbox, clock, log, signingSecret } = deps
  const underWay = new Set<Promise<unknown>>()
  let bolt: App | undefined

  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    underWay.add(work)
    void work.finally(() => underWay.delete(work)).catch(() => undefined)
    return work
  }

  const emit = (body: Delivery['body'], context: DeliveryContext, ack: (answer: unknown) => void): Promise<void> => {
    if (!bolt) throw new Error('The receiver was not given to a Bolt app.')
    return bolt.processEvent({
      body: { ...body },
      customProperties: { ...context },
      ack: async (answer) => ack(answer),
    })
  }

  /** Never rejects: what fails stays in the inbox and is tried again. */
  const work = async (entry: InboxEntry, ack: (answer: unknown) => void = () => undefined): Promise<void> => {
    try {
      const body = JSON.parse(entry.payload) as Delivery['body']
      await emit(body, { inboxKey: entry.key, receivedAt: entry.receivedAt }, ack)
      crashPoint('slack.receive.before-finish')
      await inbox.finish(entry.key, clock.now())
    } catch (error) {
      const reason = reasonOf(error)
      log.warn({ key: entry.key, reason }, 'slack delivery failed and will be tried again')
      await inbox.fail(entry.key, reason, clock.now()).catch((cause: unknown) => {
        log.error({ key: entry.key, reason: reasonOf(cause) }, 'failure of a slack delivery could not be stored')
      })
    }
  }

  const inBackground = (entry: InboxEntry): void => {
    const afterAcknowledgement = new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
    const working = afterAcknowledgement.then(() => {
      crashPoint('slack.receive.after-ack')
      return work(entry)
    })
    void track(working).catch(() => undefined)
  }

  const untilAnswered = async (start: (ack: (answer: unknown) => void) => Promise<void>): Promise<unknown> => {
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<unknown>((resolve, reject) => {
        timer = setTimeout(() => resolve(undefined), ANSWER_MS)
        // A handler that ends without acknowledging has nothing to say.
        track(start(resolve)).then(() => resolve(undefined), reject)
      })
    } finally {
      clearTimeout(timer)
    }
  }

  const accept = async (body: Delivery['body']): Promise<unknown> => {
    const delivery = toDelivery(body)
    if (delivery.waitsFor === 'unstored') return untilAnswered((ack) => emit(body, {}, ack))

    const { key, kind, waitsFor } = delivery
    const entry = { key, kind, payload: JSON.stringify(body), receivedAt: clock.now() }
    if (isPlanted('ack-before-commit')) {
      setImmediate(() => void track(inbox.store(entry).then(() => work(entry))).catch(() => undefined))
      return undefined
    }

    crashPoint('slack.receive.before-store')
    const stored = await inbox.store(entry)
    crashPoint('slack.receive.after-store')
    if (stored === 'duplicate') return undefined
    if (waitsFor === 'answer') return untilAnswered((ack) => work(entry, ack))
    inBackground(entry)
    return undefined
  }

  return {
    receiver: {
      init(app) {
        bolt = app
      },
      start: async () => undefined,
      stop: async () => undefined,
    },

    accept,

    async handle(request) {
      const refused = refuse(request, signingSecret, clock)
      if (refused) {
        log.warn({ status: refused.status }, 'slack request refused')
        return refused
      }
      try {
        const body = parseRequest(request.rawBody, request.headers['content-type'] ?? '')
        if (body.type === 'url_verification') return json({ challenge: body.challenge })
        if (body.ssl_check === '1') return { status: 200, body: '' }
        const answer = await accept(body)
        return answer === undefined || answer === '' ? { status: 200, body: '' } : json(answer)
      } catch (error) {
        if (error instanceof RejectedError) return { status: error.status, body: error.message }
        log.error({ reason: reasonOf(error) }, 'slack request could not be stored')
        return { status: 503, body: 'This could not be stored; send it again.' }
      }
    },

    async replayUnfinished(olderThanMs = 15 * SECOND) {
      const now = clock.now()
      let taken = 0
      for (;;) {
        const before = plusMs(now, 1 - olderThanMs)
        const claimed = await inbox.claimUnfinished(before, plusMs(clock.now(), LEASE_MS), REPLAY_BATCH, OURS)
        if (claimed.length === 0) return taken
        for (const entry of claimed) {
          taken += 1
          crashPoint('slack.replay.before-work')
          await track(work(entry))
        }
      }
    },

    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}

function refuse(request: SlackRequest, secret: string | undefined, clock: Clock): SlackAnswer | undefined {
  if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: 'Only POST is answered here.' }
  if (Buffer.byteLength(request.rawBody) > MAX_BODY) return { status: 413, body: 'The body is larger than 1 MB.' }
  if (!secret) return { status: 401, body: 'No signing secret is configured, so nothing can be verified.' }
  const fault = signatureFault(request, secret, clock.now())
  return fault ? { status: 401, body: fault } : undefined
}

const json = (answer: unknown): SlackAnswer =>
  typeof answer === 'string'
    ? { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: answer }
    : { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) }

/** Codes and constant words only: a message could hold what a customer wrote. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { code } = error as NodeJS.ErrnoException
  return [error.name, code, error.message.slice(0, 200)].filter(Boolean).join(': ')
}
