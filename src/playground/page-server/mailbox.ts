import type { PageEvent } from '../page-contract.ts'
import { pause } from '../pause.ts'

/** What one page is still to hear of, by where it is: how it is then is looked up when the page is ready to read. */
export type News =
  | { readonly kind: 'snapshot' | 'channels' | 'modal' | 'home' | 'status' }
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'ticket'; readonly number: number }
  | { readonly kind: 'scene'; readonly name: string }
  | { readonly kind: 'failure'; readonly gesture: string; readonly error: string }

export interface Mailbox {
  put(news: News): void
  /** Server-sent events as text, a heartbeat when nothing happens for a while; undefined once it is closed. */
  next(): Promise<string | undefined>
  close(): void
}

export interface MailboxOptions {
  /** What the page is told about these news as things are now; some need no words. */
  readonly render: (news: readonly News[]) => Promise<readonly PageEvent[]>
  /** Called once, when more is waiting than `most`: the page reads slower than things happen. */
  readonly overflow: () => void
  readonly most: number
  readonly heartbeatMs: number
}

/** What happens at once is told at once: a reader sees no difference, and a burst of edits becomes one. */
const TOGETHER_MS = 12
/** News told in one piece: what a stalled reader keeps us waiting with is no more than this. */
const AT_ONCE = 100

/** Keeps news apart by what they are about, so that ten edits of a message wait as one. */
export function mailbox({ render, overflow, most, heartbeatMs }: MailboxOptions): Mailbox {
  const waiting = new Map<string, News>()
  const closing = new AbortController()
  let failures = 0
  let arrived: (() => void) | undefined

  const keyOf = (news: News): string => {
    switch (news.kind) {
      case 'message':
        return `message ${news.channel} ${news.ts}`
      case 'ticket':
        return `ticket ${news.number}`
      case 'scene':
        return `scene ${news.name}`
      case 'failure':
        // Two of the same are two.
        failures += 1
        return `failure ${failures}`
      default:
        return news.kind
    }
  }

  /** Resolves with whether there is something to tell. */
  const awaitNews = async (): Promise<boolean> => {
    if (waiting.size > 0) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), heartbeatMs)
    arrived = () => resolve(true)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      arrived = undefined
    }
  }

  return {
    put(news) {
      if (closing.signal.aborted) return
      waiting.set(keyOf(news), news)
      arrived?.()
      if (waiting.size <= most) return
      closing.abort()
      waiting.clear()
      overflow()
    },

    async next() {
      for (;;) {
        if (closing.signal.aborted) return undefined
        if (!(await awaitNews())) return ': still here\n\n'
        await pause(TOGETHER_MS, closing.signal)
        const taken = [...waiting].slice(0, AT_ONCE)
        for (const [key] of taken) waiting.delete(key)
        const events = await render(taken.map(([, news]) => news))
        if (events.length > 0 && !closing.signal.aborted) return events.map(asText).join('')
      }
    },

    close() {
      closing.abort()
      waiting.clear()
      arrived?.()
    },
  }
}

/** One server-sent event. JSON has no line breaks of its own. */
const asText = (event: PageEvent): string => `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`
