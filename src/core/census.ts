import type { Priority } from './classification.ts'
import type { TicketStatus } from './ticket.ts'
import type { Timestamp } from './time.ts'

/** How things stand at one moment, in numbers: what the gauges are read from. */
export interface Census {
  readonly at: Timestamp
  readonly openTickets: readonly {
    readonly status: TicketStatus
    readonly priority: Priority | undefined
    readonly team: string | undefined
    readonly count: number
  }[]
  readonly jobs: {
    readonly ready: number
    readonly delayed: number
    readonly running: number
    readonly dead: number
    readonly oldestReadyAt: Timestamp | undefined
  }
  /** Posts that are not where they should be, by state. */
  readonly posts: readonly { readonly state: string; readonly count: number; readonly oldestAt: Timestamp }[]
  readonly inbox: {
    readonly unfinished: number
    readonly setAside: number
    readonly oldestAt: Timestamp | undefined
  }
  readonly lessons: number
  /** Open Socket Mode connections; `undefined` where Slack comes by HTTP or not at all. */
  readonly socketConnections: number | undefined
}
