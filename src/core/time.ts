declare const brand: unique symbol

/** A moment as ISO-8601 UTC text with milliseconds, so that comparing text compares time. */
export type Timestamp = string & { readonly [brand]: 'Timestamp' }

/** Reads any ISO-8601 moment. Throws a RangeError for text that is not one. */
export function timestamp(text: string): Timestamp {
  return new Date(text).toISOString() as Timestamp
}

export const fromEpochMs = (ms: number): Timestamp => new Date(ms).toISOString() as Timestamp
export const toEpochMs = (at: Timestamp): number => Date.parse(at)
export const plusMs = (at: Timestamp, ms: number): Timestamp => fromEpochMs(toEpochMs(at) + ms)

/** Milliseconds from `start` to `end`; negative when `end` comes first. */
export const msBetween = (start: Timestamp, end: Timestamp): number => toEpochMs(end) - toEpochMs(start)

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
