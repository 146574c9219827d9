import { fromEpochMs } from '../core/time.ts'
import type { Clock } from '../ports.ts'

export const systemClock: Clock = { now: () => fromEpochMs(Date.now()) }
