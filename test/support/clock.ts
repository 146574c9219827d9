import { plusMs, type Timestamp, timestamp } from '../../src/core/time.ts'
import type { Clock } from '../../src/ports.ts'

export interface FakeClock extends Clock {
  advance(ms: number): Timestamp
  set(at: Timestamp): void
}

/** A clock that stands still until it is moved. Monday morning, unless told otherwise. */
export function fakeClock(start: Timestamp = timestamp('2026-01-05T09:00:00Z')): FakeClock {
  let now = start
  return {
    now: () => now,
    advance(ms) {
      now = plusMs(now, ms)
      return now
    },
    set(at) {
      now = at
    },
  }
}

export const systemClock: Clock = { now: () => timestamp(new Date().toISOString()) }
