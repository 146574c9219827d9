import type { Signal } from '../core/rank-agents.ts'
import { fromEpochMs, HOUR, toEpochMs } from '../core/time.ts'
import { isWorking } from '../core/working-hours.ts'

/** The shift should last this long yet for a full score. */
const LOOK_AHEAD_HOURS = 4

export const availability: Signal = {
  id: 'availability',
  label: 'is at work for hours yet',
  favour: () => undefined,
  score({ hours, timeZone }, { now }) {
    const steps = Array.from({ length: LOOK_AHEAD_HOURS }, (_, hour) => fromEpochMs(toEpochMs(now) + (hour + 1) * HOUR))
    const ends = steps.findIndex((at) => !isWorking(hours, timeZone, at))
    return (ends === -1 ? LOOK_AHEAD_HOURS : ends) / LOOK_AHEAD_HOURS
  },
}
