import { Temporal } from 'temporal-polyfill'
import type { Timestamp } from './time.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Local wall-clock spans such as `{ from: '09:00', to: '17:00' }`; `to` may be '24:00'. */
export interface Span {
  readonly from: string
  readonly to: string
}

export type WorkingHours = Readonly<Partial<Record<Weekday, readonly Span[]>>>

export const ALWAYS: WorkingHours = Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: '00:00', to: '24:00' }]]))

/** Whether the wall clock in `timeZone` (IANA name) lies inside the spans of its weekday. */
export function isWorking(hours: WorkingHours, timeZone: string, at: Timestamp): boolean {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone)
  const clock = local.toPlainTime().toString({ smallestUnit: 'minute' })
  const spans = hours[WEEKDAYS[local.dayOfWeek - 1]!] ?? []
  return spans.some(({ from, to }) => from <= clock && clock < to)
}
