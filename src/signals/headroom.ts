import type { Signal } from '../core/rank-agents.ts'
import { HOUR, msBetween } from '../core/time.ts'

/** How long "I am full" is believed. */
const FULL_MS = 4 * HOUR

export const headroom: Signal = {
  id: 'headroom',
  label: 'has room',
  favour: ({ openTickets, capacity }) => `${openTickets} of ${capacity} open`,
  score({ openTickets, capacity, saidFullAt }, { now }) {
    if (saidFullAt && msBetween(saidFullAt, now) < FULL_MS) return 0
    return capacity === 0 ? 0 : Math.max(0, 1 - openTickets / capacity)
  },
}
