import { SocketModeClient } from '@slack/socket-mode'
import { SECOND } from '../core/time.ts'
import type { Log } from '../ports.ts'
import { quietLogger } from './quiet-logger.ts'
import type { SlackReceiver } from './receiver.ts'
import { codeOf } from './whisper.ts'

export interface SocketConnections {
  /** Connections that stand now. */
  connected(): number
  /** Takes no more envelopes and closes the connections. */
  stop(): Promise<void>
}

interface Envelope {
  readonly ack: (answer?: unknown) => Promise<void>
  readonly body: Readonly<Record<string, unknown>>
  readonly accepts_response_payload?: boolean
}

/**
 * Socket Mode with the same store-then-acknowledge path as HTTP. Two connections, so that a refresh of one leaves no hole.
 * Whatever happens to a connection, its loop opens the next one after a pause; nothing here ever ends the process.
 */
export function socketConnections(options: {
  readonly appToken: string
  readonly accept: SlackReceiver['accept']
  readonly log: Log
  /** Ends with a slash. */
  readonly apiUrl?: string | undefined
  readonly connections?: number
  /** First pause after a failure; it doubles up to thirty seconds. */
  readonly pauseMs?: number
}): SocketConnections {
  const { log, connections = 2 } = options
  const stopping = new AbortController()
  const standing = new Set<SocketModeClient>()
  const loops = Array.from({ length: connections }, () => keepOpen(options, standing, stopping.signal))

  return {
    connected: () => standing.size,
    async stop() {
      stopping.abort()
      await Promise.allSettled(loops)
      log.debug({}, 'socket mode stopped')
    },
  }
}

const LONGEST_PAUSE_MS = 30 * SECOND
const OPEN_MS = 10 * SECOND
const SHORT_MS = 10 * SECOND

async function keepOpen(
  options: Parameters<typeof socketConnections>[0],
  standing: Set<SocketModeClient>,
  signal: AbortSignal,
): Promise<void> {
  const { log, pauseMs = SECOND } = options
  let failures = 0
  while (!signal.aborted) {
    const client = newClient(options)
    // Listened to from the start: a connection can end before it ever stood.
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()))
    try {
      await Promise.race([within(client.start(), OPEN_MS + SECOND), aborted(signal)])
      if (signal.aborted) continue
      standing.add(client)
      log.info({ connections: standing.size }, 'socket mode connected')
      const stoodAt = performance.now()
      await Promise.race([ended, aborted(signal)])
      // Slack replaces a connection every few hours at once; one that falls right away must not be reopened in a spin.
      failures = performance.now() - stoodAt < SHORT_MS ? failures + 1 : 0
    } catch (error) {
      failures += 1
      log.warn({ reason: codeOf(error), failures }, 'socket mode connection failed, next attempt follows')
    } finally {
      standing.delete(client)
      await close(client)
    }
    if (failures > 0) await pause(Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** Math.min(failures - 1, 10)), signal)
  }
}

/** Its own reconnecting is off: a failed attempt there becomes an unhandled rejection. */
function newClient({ appToken, accept, log, apiUrl }: Parameters<typeof socketConnections>[0]): SocketModeClient {
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: quietLogger(log, 'socket mode'),
    clientOptions: { slackApiUrl: apiUrl ?? 'https://slack.com/api/', timeout: OPEN_MS, retryConfig: { retries: 0 } },
  })
  client.on('slack_event', ({ ack, body, accepts_response_payload: mayAnswer }: Envelope) => {
    // Not stored means not acknowledged: Slack sends it again.
    accept(body)
      .then((answer) => ack(mayAnswer && answer !== undefined && answer !== '' ? answer : undefined))
      .catch((error: unknown) => log.error({ reason: codeOf(error) }, 'socket mode envelope was not acknowledged'))
  })
  return client
}

async function close(client: SocketModeClient): Promise<void> {
  // The library waits for the other side to say goodbye, which a dead connection never does.
  await within(client.disconnect(), SECOND).catch(() => undefined)
  client.removeAllListeners('slack_event')
}

async function within<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('timed out')), ms)
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    }),
    aborted(signal),
  ])
  clearTimeout(timer)
}
