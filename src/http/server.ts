import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { plusMs, SECOND } from '../core/time.ts'
import { ConfigError, RejectedError } from '../errors.ts'
import { crashPoint, isPlanted } from '../lib/fault-injection.ts'
import { receiveTickets } from '../pipeline/receive.ts'
import type { Clock, Inbox, InboxEntry, Log, TicketStore, WebhookConnector } from '../ports.ts'
import { type MetricsSource, metricsRoute } from './metrics.ts'
import { readBody } from './read-body.ts'
import { type Readiness, readyRoute } from './ready.ts'

export interface HttpServer {
  /** Listens; port 0 takes a free one. ConfigError when this port or host cannot be had. */
  start(port: number, host: string): Promise<{ readonly url: string }>
  /** Takes no more requests and waits for those under way, and for what they set going, at most `timeoutMs`. */
  stop(timeoutMs?: number): Promise<void>
  /**
   * Takes up webhooks that were stored but never finished: 15 s old at least, or all of them (`isAlone`), when nobody can
   * be at them. Resolves with how many were taken up.
   */
  replayUnfinished(isAlone?: boolean): Promise<number>
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

/** Answers `POST /slack/events`. */
export type SlackHandler = (request: {
  readonly method: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Exactly the bytes that were signed, as text. */
  readonly rawBody: string
}) => Promise<{ readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }>

/** What a stored webhook holds: enough to read it again without its signature. */
const Payload = z.object({ connector: z.string(), body: z.string() })

const LONGEST_BODY_BYTES = 1024 * 1024
const REQUEST_MS = 30 * SECOND
const LEASE_MS = 20 * SECOND
/** A webhook this old is no longer under way. */
const UNFINISHED_MS = 15 * SECOND
const REPLAY_BATCH = 100
const RETRY_SECONDS = '5'

/** The door to the network: webhooks, Slack's events, and whether we are well. Stores before it acknowledges. */
export function httpServer(deps: {
  readonly connectors: readonly WebhookConnector[]
  readonly inbox: Inbox
  readonly tickets: Pick<TicketStore, 'receive' | 'byNumber'>
  readonly slack?: SlackHandler | undefined
  /** What else has to be well, by name; each resolves with what is wrong. The database always has to. */
  readonly readiness?: Readiness
  readonly metrics?: MetricsSource
  readonly clock: Clock
  readonly log: Log
  /** A webhook nobody finished for this long is taken up again, in milliseconds; 15 s when left out. */
  readonly unfinishedMs?: number | undefined
}): HttpServer {
  const { connectors, inbox, tickets, slack, clock, log, unfinishedMs = UNFINISHED_MS } = deps
  const underWay = new Set<Promise<unknown>>()
  let server: Server | undefined

  const connectorOf = (id: string): WebhookConnector => {
    const connector = connectors.find((one) => one.id === id)
    if (!connector) throw new RejectedError(`There is no connector "${id}", or it is not configured.`, { status: 404 })
    return connector
  }

  /** Never rejects: what fails stays in the inbox and is tried again. */
  const work = async (entry: InboxEntry): Promise<void> => {
    try {
      const { connector, body } = Payload.parse(JSON.parse(entry.payload))
      const inbounds = connectorOf(connector).read(body, entry.receivedAt)
      await receiveTickets(inbounds, tickets, { inboxKey: entry.key })
      if (inbounds.length === 0) await inbox.finish(entry.key, clock.now())
    } catch (error) {
      const reason = reasonOf(error)
      log.warn({ key: entry.key, reason }, 'webhook failed and will be tried again')
      await inbox.fail(entry.key, reason, clock.now()).catch((cause: unknown) => {
        log.error({ key: entry.key, reason: reasonOf(cause) }, 'failure of a webhook could not be stored')
      })
    }
  }

  const track = (promise: Promise<unknown>): void => {
    underWay.add(promise)
    void promise.finally(() => underWay.delete(promise)).catch(() => undefined)
  }

  /** After the acknowledgement has left. */
  const inBackground = (then: () => Promise<unknown>): void =>
    track(
      new Promise<void>((resolve) =>
        setImmediate(
          () =>
            void then()
              .catch(() => undefined)
              .finally(resolve),
        ),
      ),
    )

  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.allSettled(underWay)
  }

  const acceptWebhook = async (context: Context): Promise<Response> => {
    const connector = connectorOf(context.req.param('id') ?? '')
    const body = await readBody(context.req.raw, LONGEST_BODY_BYTES)
    const receivedAt = clock.now()
    const { key } = connector.parse({ headers: context.req.header(), body }, receivedAt)
    const payload = JSON.stringify({ connector: connector.id, body } satisfies z.infer<typeof Payload>)
    const entry: InboxEntry = { key: `webhook/${connector.id}/${key}`, kind: 'webhook', payload, receivedAt }

    if (isPlanted('ack-before-commit')) {
      inBackground(async () => {
        await inbox.store(entry)
        await work(entry)
      })
      return context.json({ accepted: true, duplicate: false }, 202)
    }

    crashPoint('http.webhook.before-store')
    const stored = await store(entry)
    crashPoint('http.webhook.after-store')
    if (!stored)
      return context.json({ error: 'This could not be stored; send it again.' }, 503, { 'retry-after': RETRY_SECONDS })
    if (stored === 'new') {
      inBackground(async () => {
        crashPoint('http.webhook.after-ack')
        await work(entry)
      })
    }
    return context.json({ accepted: true, duplicate: stored === 'duplicate' }, 202)
  }

  const store = async (entry: InboxEntry): Promise<'new' | 'duplicate' | undefined> => {
    try {
      return await inbox.store(entry)
    } catch (error) {
      log.error({ key: entry.key, reason: reasonOf(error) }, 'webhook could not be stored')
      return undefined
    }
  }

  const answerSlack = async (context: Context): Promise<Response> => {
    if (!slack) throw new RejectedError('Slack is not configured here.', { status: 404 })
    const rawBody = await readBody(context.req.raw, LONGEST_BODY_BYTES)
    const { status, headers, body } = await slack({
      method: context.req.method,
      headers: context.req.header(),
      rawBody,
    })
    return new Response(body, { status, headers: { ...headers } })
  }

  const database = async (): Promise<string | undefined> => {
    await tickets.byNumber(0)
    return undefined
  }

  const routes = new Hono()
    .post('/webhooks/:id', acceptWebhook)
    .post('/slack/events', answerSlack)
    .get('/healthz', (context) => context.json({ alive: true }))
    .get('/readyz', readyRoute({ database, ...deps.readiness }, log))
    .get('/metrics', metricsRoute(deps.metrics))
    .all('/webhooks/:id', (context) => wrongMethod(context, 'POST'))
    .all('/slack/events', (context) => wrongMethod(context, 'POST'))
    .all('/healthz', (context) => wrongMethod(context, 'GET'))
    .all('/readyz', (context) => wrongMethod(context, 'GET'))
    .all('/metrics', (context) => wrongMethod(context, 'GET'))
    .notFound((context) => context.json({ error: 'There is nothing at this address.' }, 404))
    .onError((error, context) => answerError(error, context, log))

  return {
    async start(port, host) {
      const listening = createAdaptorServer({
        fetch: routes.fetch,
        overrideGlobalObjects: false,
        serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
      }) as Server
      server = listening
      listening.listen(port, host)
      await once(listening, 'listening').catch((error: unknown) => {
        throw cannotListen(error, port, host)
      })
      const { port: taken } = listening.address() as AddressInfo
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` }
    },

    async stop(timeoutMs = 10 * SECOND) {
      const closing = server
      server = undefined
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(() => {
        closing?.closeAllConnections()
        late.resolve()
      }, timeoutMs)
      if (closing?.listening) {
        closing.close()
        // A connection whose last request ends only now would otherwise be kept for the next one.
        const hangingUp = setInterval(() => closing.closeIdleConnections(), 20)
        await once(closing, 'close')
        clearInterval(hangingUp)
      }
      await Promise.race([idle(), late.promise])
      clearTimeout(timer)
    },

    async replayUnfinished(isAlone = false) {
      const before = plusMs(clock.now(), isAlone ? 1 : -unfinishedMs)
      let taken = 0
      for (;;) {
        const claimed = await inbox.claimUnfinished(before, plusMs(clock.now(), LEASE_MS), REPLAY_BATCH, ['webhook'])
        if (claimed.length === 0) return taken
        for (const entry of claimed) {
          crashPoint('http.replay.before-work')
          const working = work(entry)
          track(working)
          await working
          taken += 1
        }
      }
    },

    idle,
  }
}

function cannotListen(error: unknown, port: number, host: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new ConfigError(
      `Port ${port} is taken on ${host} by another program. Stop that one, or set PORT to a free one.`,
    )
  if (code === 'EACCES')
    return new ConfigError(`Waybill may not listen on port ${port}. Set PORT to one above 1023.`, { cause: error })
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConfigError(
      `This machine has no address ${host}. Set HOST to one it has, such as 127.0.0.1 or 0.0.0.0.`,
      {
        cause: error,
      },
    )
  return error
}

const wrongMethod = (context: Context, allow: string): Response =>
  context.json({ error: `Only ${allow} is answered here.` }, 405, { allow })

/** What was refused says why, and for a body which of its fields are wrong; what failed says nothing of our insides. */
function answerError(error: Error, context: Context, log: Log): Response {
  if (!(error instanceof RejectedError)) {
    log.error({ path: context.req.path, reason: reasonOf(error) }, 'request failed')
    return context.json({ error: 'Something went wrong here; send it again.' }, 500)
  }
  const { status, message, cause } = error
  log.warn({ path: context.req.path, status }, 'request refused')
  const fields =
    cause instanceof z.ZodError
      ? cause.issues.map((issue) => ({ field: issue.path.join('.'), problem: issue.message }))
      : undefined
  // What was not read must not be taken for the next request.
  const headers = status === 413 ? { connection: 'close' } : {}
  return Response.json({ error: message, ...(fields ? { fields } : {}) }, { status, headers })
}

/** Codes and constant words only: a message could hold what a customer wrote. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { code } = error as NodeJS.ErrnoException
  return [error.name, code, error.message.slice(0, 200)].filter(Boolean).join(': ')
}
