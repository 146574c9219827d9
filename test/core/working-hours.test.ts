import { describe, expect, test } from 'vitest'
import { timestamp } from '../../src/core/time.ts'
import { ALWAYS, isWorking, WEEKDAYS, type WorkingHours } from '../../src/core/working-hours.ts'

const office: WorkingHours = Object.fromEntries(
  WEEKDAYS.slice(0, 5).map((day) => [
    day,
    [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '17:00' },
    ],
  ]),
)
const working = (at: string, zone = 'Europe/Berlin', hours = office) => isWorking(hours, zone, timestamp(at))

describe('working hours', () => {
  test('begin on the minute and end before it', () => {
    expect(working('2026-01-05T07:59:59Z')).toBe(false)
    expect(working('2026-01-05T08:00:00Z')).toBe(true)
    expect(working('2026-01-05T10:59:59Z')).toBe(true)
    expect(working('2026-01-05T11:00:00Z')).toBe(false)
    expect(working('2026-01-05T15:59:59Z')).toBe(true)
    expect(working('2026-01-05T16:00:00Z')).toBe(false)
  })

  test('follow the weekday of the place, not of Greenwich', () => {
    const monday: WorkingHours = { mon: [{ from: '00:00', to: '24:00' }] }

    expect(working('2026-01-04T15:30:00Z', 'Asia/Tokyo', monday)).toBe(true)
    expect(working('2026-01-06T04:30:00Z', 'America/New_York', monday)).toBe(true)
    expect(working('2026-01-06T05:00:00Z', 'America/New_York', monday)).toBe(false)
  })

  test('move with the clocks in spring and autumn', () => {
    expect(working('2026-03-27T08:00:00Z')).toBe(true)
    expect(working('2026-03-27T07:30:00Z')).toBe(false)
    expect(working('2026-03-30T07:00:00Z')).toBe(true)
    expect(working('2026-10-23T07:00:00Z')).toBe(true)
    expect(working('2026-10-26T07:00:00Z')).toBe(false)
    expect(working('2026-10-26T08:00:00Z')).toBe(true)
  })

  test('cover both of the hours that come twice, and lose nothing to the one that is skipped', () => {
    const night: WorkingHours = { sun: [{ from: '02:00', to: '03:00' }] }

    expect(working('2026-10-25T00:30:00Z', 'Europe/Berlin', night)).toBe(true)
    expect(working('2026-10-25T01:30:00Z', 'Europe/Berlin', night)).toBe(true)
    expect(working('2026-10-25T02:00:00Z', 'Europe/Berlin', night)).toBe(false)
    expect(working('2026-03-29T00:59:00Z', 'Europe/Berlin', night)).toBe(false)
    expect(working('2026-03-29T01:00:00Z', 'Europe/Berlin', night)).toBe(false)
  })

  test('of always include the last minute of the day', () => {
    expect(working('2026-01-04T23:59:59.999Z', 'UTC', ALWAYS)).toBe(true)
  })

  test('that are not given are time off', () => {
    expect(working('2026-01-05T10:00:00Z', 'UTC', {})).toBe(false)
  })
})
