import { MINUTE, SECOND } from '../core/time.ts'

/** All in milliseconds. */
export interface OutboxTimings {
  /** What the web client waits for an answer; a claim is not used when less than this is left of its lease. */
  readonly timeoutMs: number
  readonly leaseMs: number
  /** From the moment a post became uncertain to the first look at the history that may prove it is not there. */
  readonly quarantineMs: number
  readonly urgentQuarantineMs: number
  /** From the first ambiguity to each sweep for second copies. */
  readonly sweepsMs: readonly number[]
  /** A card is edited at most this often. */
  readonly coalesceMs: number
  /** First pause after a failure; it doubles six times. */
  readonly retryMs: number
  /** After this long without a readable history an urgent post, or one nobody can ever look for, is tried again. */
  readonly unreadableMs: number
  /** Pause when the token does not work: an operator has to act. */
  readonly tokenMs: number
}

export const OUTBOX_TIMINGS: OutboxTimings = {
  timeoutMs: 10 * SECOND,
  leaseMs: 15 * SECOND,
  quarantineMs: 20 * SECOND,
  urgentQuarantineMs: 0,
  sweepsMs: [1, 5, 30, 120, 1440].map((minutes) => minutes * MINUTE),
  coalesceMs: 1_200,
  retryMs: SECOND,
  unreadableMs: MINUTE,
  tokenMs: 10 * MINUTE,
}
