import type { App } from '../../app.ts'
import { mailbox } from './mailbox.ts'
import type { OnePage } from './one-page.ts'
import type { Streams } from './streams.ts'

export interface StreamOptions {
  /** So much may wait for a page that does not read; 5,000 when left out. */
  readonly mostWaiting?: number
  /** Milliseconds; 15 s when left out. */
  readonly heartbeatMs?: number
}

interface StreamTools {
  readonly log: Log
  /** Ends the connection without waiting for its reader. */
  readonly cut: () => void
}

type Log = App['log']

const MOST_WAITING = 5_000
const HEARTBEAT_MS = 15_000
/** Browsers wait three to five seconds when they are not told. */
const RECONNECT_MS = 500

/**
 * Server-sent events for one page, made only as fast as it reads. It listens before the snapshot is made, so nothing falls
 * between the two. A page that reads too slowly is cut off (`cut`); its browser connects again and begins with a fresh snapshot.
 */
export function eventStream(
  page: OnePage,
  listening: Streams,
  { mostWaiting: most = MOST_WAITING, heartbeatMs = HEARTBEAT_MS, log, cut }: StreamOptions & StreamTools,
): Response {
  const box = mailbox({ render: page.render, most, heartbeatMs, overflow: () => end() })
  const end = () => {
    listening.remove(box)
    box.close()
    cut()
  }
  listening.add(page.user, box)
  box.put({ kind: 'snapshot' })

  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(`retry: ${RECONNECT_MS}\n\n`)),
      async pull(controller) {
        const text = await box.next().catch((error: unknown) => {
          log.error({ reason: String(error) }, 'a page could not be told what happened')
          end()
        })
        if (text !== undefined) return controller.enqueue(encoder.encode(text))
        listening.remove(box)
        controller.close()
      },
      cancel() {
        listening.remove(box)
        box.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
