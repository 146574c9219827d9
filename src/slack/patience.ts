import { plusMs, type Timestamp } from '../core/time.ts'
import type { Clock, Log } from '../ports.ts'
import type { OutboxTimings } from './outbox-timings.ts'
import type { Failure } from './web.ts'

/** When to ask Slack again after a failure: as it said, or after a pause that doubles with each failure in a row. */
export interface Patience {
  /** How long to wait after the n-th failure, counted from 1. */
  pauseMs(failure: Failure, nth: number): number
  /** The same as a moment; counts the failures of each key by itself until `forget`. */
  soon(key: string, failure: Failure): Timestamp
  forget(key: string): void
}

const MOST_DOUBLINGS = 6

export function patience(clock: Clock, log: Log, { retryMs }: Pick<OutboxTimings, 'retryMs'>): Patience {
  const failures = new Map<string, number>()
  const pauseMs = ({ retryAfterMs }: Failure, nth: number) =>
    retryAfterMs ?? retryMs * 2 ** Math.min(nth - 1, MOST_DOUBLINGS)

  return {
    pauseMs,
    soon(key, failure) {
      const count = (failures.get(key) ?? 0) + 1
      failures.set(key, count)
      log.debug({ key, error: failure.error, failures: count }, 'Slack will be asked again')
      return plusMs(clock.now(), pauseMs(failure, count))
    },
    forget: (key) => void failures.delete(key),
  }
}

export const latest = (a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined =>
  a && b && a > b ? a : (b ?? a)

export const earliest = (a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined =>
  a && b && a < b ? a : (b ?? a)
