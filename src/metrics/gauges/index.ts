import type { Gauge } from '../gauge.ts'
import { inbox, oldestDelivery } from './inbox.ts'
import { jobs, oldestJob } from './jobs.ts'
import { lessons } from './lessons.ts'
import { oldestPost, outbox } from './outbox.ts'
import { socketConnections } from './socket.ts'
import { openTickets } from './tickets.ts'

/** Numbers worth watching, in the order they are shown. */
export const GAUGES: readonly Gauge[] = [
  openTickets,
  jobs,
  oldestJob,
  outbox,
  oldestPost,
  inbox,
  oldestDelivery,
  lessons,
  socketConnections,
]
