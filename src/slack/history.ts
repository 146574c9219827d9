import type { Timestamp } from '../core/time.ts'
import { toEpochMs } from '../core/time.ts'
import { keyOfMessage } from './post-key.ts'
import type { Failure, SlackWeb } from './web.ts'

/** Where each key of ours stands in a channel, oldest first; or why that cannot be said. */
export type HistoryRead = { readonly ok: true; copiesOf(key: string): readonly string[] } | Failure

export interface History {
  /** Reads everything since `oldest`, beginning after this call. A read that broke off or was cut short proves nothing. */
  read(channel: string, oldest: Timestamp): Promise<HistoryRead>
}

const MOST_PAGES = 100

interface Round {
  oldest: Timestamp
  readonly result: Promise<HistoryRead>
}

/** While one read of a channel is under way, everybody who asks waits for the next one and shares it. */
export function channelHistory(web: Pick<SlackWeb, 'history' | 'identity'>): History {
  const next = new Map<string, Round>()
  const running = new Map<string, Promise<HistoryRead>>()

  return {
    read(channel, oldest) {
      const waiting = next.get(channel)
      if (waiting) {
        if (oldest < waiting.oldest) waiting.oldest = oldest
        return waiting.result
      }
      const before = running.get(channel) ?? Promise.resolve()
      const round: Round = {
        oldest,
        result: before.then(() => {
          next.delete(channel)
          const result = readAll(channel, round.oldest)
          running.set(channel, result)
          const leave = () => {
            if (running.get(channel) === result) running.delete(channel)
          }
          result.then(leave, leave)
          return result
        }),
      }
      next.set(channel, round)
      return round.result
    },
  }

  async function readAll(channel: string, oldest: Timestamp): Promise<HistoryRead> {
    const self = await web.identity()
    if (!self.ok) return self
    const copies = new Map<string, string[]>()
    let cursor: string | undefined
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await web.history(channel, toSlackTs(oldest), cursor)
      if (!page.ok) return page
      for (const message of page.messages) {
        const key = message.botId === self.botId ? keyOfMessage(message) : undefined
        if (key) copies.set(key, [...(copies.get(key) ?? []), message.ts])
      }
      cursor = page.cursor
      if (!cursor) return { ok: true, copiesOf: (key) => (copies.get(key) ?? []).toSorted(byTs) }
    }
    // It only grows, so asking again does not help.
    return { ok: false, fate: 'content', error: `more than ${MOST_PAGES} pages of history` }
  }
}

export const toSlackTs = (at: Timestamp): string => (toEpochMs(at) / 1_000).toFixed(6)

const byTs = (a: string, b: string): number => Number(a) - Number(b)
