import type { Classification, Priority } from './classification.ts'
import type { Decision } from './decision.ts'
import type { AccountId, CustomerId, PersonId, TeamId } from './ids.ts'
import { type Placement, placementOf, type Ticket, type TicketStatus } from './ticket.ts'
import { msBetween, plusMs, type Timestamp } from './time.ts'

export const WRONG_PARTS = ['topic', 'skill', 'full', 'urgency', 'owner'] as const
/** Which part of a decision somebody says was wrong. */
export type WrongPart = (typeof WRONG_PARTS)[number]

/** Everything that can happen to a ticket, in the past tense. `by` is a person's id, or the part of Waybill that acted. */
export type TicketEvent = { readonly at: Timestamp; readonly by: string } & (
  | { readonly type: 'received' }
  | {
      readonly type: 'messageAdded'
      readonly messageId: string
      /** The beginning of what it says; see `hear`. */
      readonly excerpt?: string
      /** No person wrote it (RFC 3834). */
      readonly automatic?: boolean
    }
  /** A resolved ticket is open again. */
  | { readonly type: 'reopened'; readonly because: string }
  | {
      readonly type: 'routed'
      readonly classification: Classification
      readonly decision: Decision
      readonly customerId: CustomerId | undefined
      readonly accountId: AccountId | undefined
    }
  /** A slow voice spoke after the decision; it adds to the card and moves nothing. */
  | { readonly type: 'consulted'; readonly classification: Classification }
  /** What the customer added makes it more urgent; moves nothing else. */
  | {
      readonly type: 'reprioritised'
      readonly priority: Priority
      readonly because: string
      readonly respondBy: Timestamp | undefined
    }
  | { readonly type: 'accepted'; readonly person: PersonId }
  | { readonly type: 'handedBack'; readonly person: PersonId }
  | {
      readonly type: 'reassigned'
      readonly team: TeamId
      readonly person: PersonId | undefined
      readonly wrong: WrongPart
      /** The right topic, when the topic was wrong. */
      readonly topic: string | undefined
      /** The right priority, when the urgency was wrong. */
      readonly priority: Priority | undefined
      readonly note: string | undefined
      /** When the first answer is due now; as before when left out. */
      readonly respondBy?: Timestamp | undefined
    }
  | {
      readonly type: 'escalated'
      readonly because: string
      readonly priority: Priority
      /** When the first answer is due now; as before when left out. */
      readonly respondBy?: Timestamp | undefined
    }
  | { readonly type: 'acknowledged'; readonly person: PersonId }
  | { readonly type: 'resolved'; readonly person: PersonId }
  /** `takenBack` is the version of the event that no longer counts. */
  | { readonly type: 'undone'; readonly takenBack: number; readonly move: string; readonly restored: Placement }
)

/** An event as it stands in the log: `version` is the ticket's version right after it. */
export type RecordedEvent = TicketEvent & { readonly version: number }

const HUMAN_MOVES = ['accepted', 'handedBack', 'reassigned', 'escalated', 'resolved'] as const

/** The one place where a ticket changes. */
export function applyEvent(ticket: Ticket, event: TicketEvent): Ticket {
  const next = { ...apply(ticket, event), version: ticket.version + 1 }
  if (event.type === 'messageAdded' || event.type === 'consulted') return next
  if (!HUMAN_MOVES.some((move) => move === event.type)) return { ...next, undoable: undefined }
  const { type: move, by, at } = event
  return { ...next, undoable: { version: next.version, move, by: by as PersonId, at, before: placementOf(ticket) } }
}

function apply(ticket: Ticket, event: TicketEvent): Ticket {
  switch (event.type) {
    case 'received':
      return ticket
    case 'messageAdded':
      return { ...ticket, messages: ticket.messages + 1, ...latest(ticket, event) }
    case 'reopened':
      return reopen(ticket, event.at)
    case 'routed':
      return { ...ticket, ...place(event.decision, event.at), ...reading(event), waitingSince: event.at }
    case 'consulted':
      return { ...ticket, classification: event.classification }
    case 'reprioritised':
      return reprioritise(ticket, event)
    case 'accepted':
      return { ...ticket, status: 'accepted', assignee: event.person, acceptedAt: event.at }
    case 'handedBack':
      return {
        ...ticket,
        status: ticket.team ? 'queued' : 'triage',
        assignee: undefined,
        acceptedAt: undefined,
        offeredAt: undefined,
        declinedBy: [...new Set([...ticket.declinedBy, event.person])],
      }
    case 'reassigned':
      return reassign(ticket, event)
    case 'escalated':
      return {
        ...ticket,
        escalation: ticket.escalation + 1,
        priority: event.priority,
        acknowledgedBy: undefined,
        respondBy: event.respondBy ?? ticket.respondBy,
      }
    case 'acknowledged':
      return { ...ticket, acknowledgedBy: event.person }
    case 'resolved':
      return { ...ticket, status: 'resolved', resolvedAt: event.at, assignee: ticket.assignee ?? event.person }
    case 'undone':
      return { ...ticket, ...placementOf(event.restored) }
  }
}

function place(
  decision: Decision,
  at: Timestamp,
): Pick<Placement, 'status' | 'team' | 'assignee' | 'offeredAt' | 'respondBy'> {
  const { destination, respondBy } = decision
  switch (destination.kind) {
    case 'offer':
      return { status: 'offered', team: destination.team, assignee: destination.person, offeredAt: at, respondBy }
    case 'queue':
      return { status: 'queued', team: destination.team, assignee: undefined, offeredAt: undefined, respondBy }
    case 'triage':
      return { status: 'triage', team: undefined, assignee: undefined, offeredAt: undefined, respondBy }
  }
}

const reading = ({ classification, decision, customerId, accountId }: TicketEvent & { type: 'routed' }) => ({
  classification,
  decision,
  customerId,
  accountId,
  topic: classification.topic,
  priority: classification.priority,
})

function reassign(ticket: Ticket, event: TicketEvent & { type: 'reassigned' }): Ticket {
  const status: TicketStatus = event.person ? 'offered' : 'queued'
  const gaveAway = ticket.assignee && ticket.assignee !== event.person ? [ticket.assignee] : []
  return {
    ...ticket,
    status,
    team: event.team,
    assignee: event.person,
    topic: event.topic ?? ticket.topic,
    priority: event.priority ?? ticket.priority,
    offeredAt: event.person ? event.at : undefined,
    acceptedAt: undefined,
    // Another team has somebody else on call, who has answered nothing yet.
    acknowledgedBy: event.team === ticket.team ? ticket.acknowledgedBy : undefined,
    respondBy: event.respondBy ?? ticket.respondBy,
    reassignments: ticket.reassignments + 1,
    declinedBy: [...new Set([...ticket.declinedBy, ...gaveAway])],
  }
}

function latest(
  { latestMessage }: Ticket,
  { excerpt, at }: TicketEvent & { type: 'messageAdded' },
): Partial<Pick<Ticket, 'latestMessage'>> {
  if (excerpt === undefined) return {}
  return { latestMessage: { excerpt, at, reopened: latestMessage?.reopened ?? false } }
}

/** Back to everybody in the team rather than to the last owner, who may be away. The same time to answer begins anew. */
function reopen(ticket: Ticket, at: Timestamp): Ticket {
  const { team, respondBy, waitingSince, receivedAt, latestMessage } = ticket
  return {
    ...ticket,
    status: team ? 'queued' : 'triage',
    assignee: undefined,
    offeredAt: undefined,
    acceptedAt: undefined,
    acknowledgedBy: undefined,
    resolvedAt: undefined,
    respondBy: respondBy && plusMs(at, Math.max(0, msBetween(waitingSince ?? receivedAt, respondBy))),
    waitingSince: at,
    latestMessage: latestMessage && { ...latestMessage, reopened: true },
  }
}

function reprioritise(ticket: Ticket, event: TicketEvent & { type: 'reprioritised' }): Ticket {
  const { priority, because: priorityBecause, respondBy } = event
  const { classification: read } = ticket
  const classification = read && { ...read, priority, priorityBecause }
  return { ...ticket, priority, respondBy: respondBy ?? ticket.respondBy, classification }
}
