import type { Job } from '../core/jobs.ts'
import { SECOND } from '../core/time.ts'
import { UnavailableError } from '../errors.ts'

export const MOST_ATTEMPTS = 25

/** How often the other side may ask for patience before it counts as failing. */
const MOST_POSTPONEMENTS = 100
const LONGEST_ERROR = 2_000

/** Milliseconds until the next try after `attempts` tries: 2.7 s, 7.4 s, 20 s … up to 6 h, as graphile-worker does it. */
export const backoffMs = (attempts: number): number => Math.round(Math.exp(Math.min(attempts, 10)) * SECOND)

/** Milliseconds the other side asked us to wait; `undefined` when it asked nothing, or too often. */
export const askedToWaitMs = (error: unknown, postponed: number): number | undefined =>
  error instanceof UnavailableError && postponed < MOST_POSTPONEMENTS ? error.retryAfterMs : undefined

export function messageOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.slice(0, LONGEST_ERROR)
}

/** Ids only: jobs hold no text of people. */
export const describeJob = (job: Job): object => ({ ...job })
