import type { TicketEvent } from './events.ts'
import type { TicketId } from './ids.ts'
import type { Ticket } from './ticket.ts'

/** Work to be done later, in the imperative. A job only says "look at this row": doing it twice does nothing twice. */
export type Job =
  | { readonly kind: 'route'; readonly ticketId: TicketId }
  /** What `route` leaves to the slow voices: read with everybody, then decide. */
  | { readonly kind: 'ask'; readonly ticketId: TicketId }
  /** What the customer added is read by the quick voices. */
  | { readonly kind: 'reread'; readonly ticketId: TicketId }
  | { readonly kind: 'consult'; readonly ticketId: TicketId }
  | { readonly kind: 'announce'; readonly ticketId: TicketId }
  | { readonly kind: 'page'; readonly ticketId: TicketId }
  | { readonly kind: 'learn'; readonly ticketId: TicketId }
  | { readonly kind: 'deliver'; readonly postKey: string }

export type JobKind = Job['kind']
export type JobOf<Kind extends JobKind> = Extract<Job, { kind: Kind }>

/** One entry per kind: a kind that is missing here does not compile, and would never be worked on. */
const KINDS: Readonly<Record<JobKind, true>> = {
  route: true,
  ask: true,
  reread: true,
  consult: true,
  announce: true,
  page: true,
  learn: true,
  deliver: true,
}
export const JOB_KINDS: readonly JobKind[] = Object.keys(KINDS) as JobKind[]

/** Jobs of one key wait as one: the row they point at is read when the job runs. */
export const keyOf = (job: Job): string => `${job.kind}:${'ticketId' in job ? job.ticketId : job.postKey}`

/** Lower runs first. What nobody has read yet may be urgent, so it is read before what is known to be ordinary. */
export const LANES = { urgent: 0, unread: 5, ordinary: 10, background: 20 } as const

/** What each event sets in motion. Read this to learn what happens after what. */
export function followUps({ id: ticketId, priority, status }: Ticket, event: TicketEvent): readonly Job[] {
  switch (event.type) {
    case 'received':
      return [{ kind: 'route', ticketId }]
    case 'routed':
      return priority === 'P1'
        ? [
            { kind: 'page', ticketId },
            { kind: 'announce', ticketId },
            { kind: 'consult', ticketId },
          ]
        : [{ kind: 'announce', ticketId }]
    case 'escalated':
      return [
        { kind: 'page', ticketId },
        { kind: 'announce', ticketId },
        { kind: 'learn', ticketId },
      ]
    case 'acknowledged':
      return [
        { kind: 'page', ticketId },
        { kind: 'announce', ticketId },
      ]
    case 'messageAdded':
      if (status === 'received') return [{ kind: 'route', ticketId }]
      return event.automatic
        ? [{ kind: 'announce', ticketId }]
        : [
            { kind: 'announce', ticketId },
            { kind: 'reread', ticketId },
          ]
    case 'reopened':
    case 'reprioritised':
      return [
        { kind: 'page', ticketId },
        { kind: 'announce', ticketId },
      ]
    case 'consulted':
    case 'accepted':
    case 'handedBack':
      return [{ kind: 'announce', ticketId }]
    case 'reassigned':
    case 'resolved':
    case 'undone':
      return [
        { kind: 'announce', ticketId },
        { kind: 'page', ticketId },
        { kind: 'learn', ticketId },
      ]
  }
}

export function laneOf(job: Job, priority: Ticket['priority']): number {
  if (job.kind === 'learn' || job.kind === 'consult') return LANES.background
  if (priority === 'P1' || job.kind === 'page') return LANES.urgent
  return job.kind === 'route' || job.kind === 'reread' ? LANES.unread : LANES.ordinary
}
