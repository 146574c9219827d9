import type { Classification, Priority } from './classification.ts'
import type { Decision } from './decision.ts'
import type { AccountId, CustomerId, PersonId, TeamId, TicketId } from './ids.ts'
import type { Timestamp } from './time.ts'

/** What a connector hands over: one message from outside, translated. */
export interface InboundTicket {
  /** Connector id, such as 'email' or 'generic'. */
  readonly source: string
  /** The sender's own id of this message (Message-ID, webhook id …): the same id twice is the same message. */
  readonly externalId: string
  /** External ids of messages this one answers (In-Reply-To, References). */
  readonly references: readonly string[]
  readonly subject: string
  /** The whole readable text. */
  readonly body: string
  /** The text without quotes and signature; this is what gets read and shown. */
  readonly visible: string
  readonly requester: { readonly email: string | undefined; readonly name: string | undefined }
  readonly receivedAt: Timestamp
  /** Facts that are not text: page, plan, product area … */
  readonly fields: Readonly<Record<string, string>>
  /** Sent by a machine (RFC 3834 and relatives). */
  readonly automatic: boolean
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[]
  /** Why the message could not be read properly, when it could not. */
  readonly degraded: string | undefined
  /** The original as it came, kept as base64. */
  readonly raw: { readonly type: string; readonly base64: string } | undefined
}

export type TicketStatus = 'received' | 'triage' | 'queued' | 'offered' | 'accepted' | 'resolved'

/** The part of a ticket that people move; an undo puts it back as it was. */
export interface Placement {
  readonly status: TicketStatus
  readonly team: TeamId | undefined
  readonly assignee: PersonId | undefined
  readonly topic: string | undefined
  readonly priority: Priority | undefined
  /** How often somebody called for help. */
  readonly escalation: number
  readonly reassignments: number
  readonly declinedBy: readonly PersonId[]
  readonly offeredAt: Timestamp | undefined
  readonly acceptedAt: Timestamp | undefined
  readonly acknowledgedBy: PersonId | undefined
  readonly resolvedAt: Timestamp | undefined
  /** When the first answer is due. */
  readonly respondBy: Timestamp | undefined
}

export interface Ticket extends Placement {
  readonly id: TicketId
  /** The number people say: "4711". */
  readonly number: number
  /** Number of events so far; every write names the version it is based on. */
  readonly version: number
  readonly source: string
  readonly subject: string
  readonly body: string
  readonly requester: InboundTicket['requester']
  readonly fields: Readonly<Record<string, string>>
  readonly receivedAt: Timestamp
  readonly degraded: string | undefined
  readonly messages: number
  /** The customer's newest message, once there is more than the first. */
  readonly latestMessage: LatestMessage | undefined
  /** When the customer began to wait for an answer: when the ticket was routed, or reopened later. Deadlines count from here. */
  readonly waitingSince: Timestamp | undefined
  readonly customerId: CustomerId | undefined
  readonly accountId: AccountId | undefined
  readonly classification: Classification | undefined
  readonly decision: Decision | undefined
  /** The last human move while it can be taken back. */
  readonly undoable: Undoable | undefined
}

export interface LatestMessage {
  /** One line as the customer wrote it, at most 280 characters. */
  readonly excerpt: string
  readonly at: Timestamp
  /** It, or one before it, opened the ticket again after it was resolved. */
  readonly reopened: boolean
}

export interface Undoable {
  /** Version of the ticket right after the move. */
  readonly version: number
  readonly move: string
  readonly by: PersonId
  readonly at: Timestamp
  readonly before: Placement
}

/** The text the voices read. */
export const textOf = ({ subject, body }: Pick<Ticket, 'subject' | 'body'>): string => `${subject}\n\n${body}`

/** Every part by name, so that one that is missing (as in stored JSON) comes out as undefined and overwrites. */
export function placementOf(ticket: Placement): Placement {
  const { status, team, assignee, topic, priority, escalation, reassignments, declinedBy } = ticket
  const { offeredAt, acceptedAt, acknowledgedBy, resolvedAt, respondBy } = ticket
  const moments = { offeredAt, acceptedAt, acknowledgedBy, resolvedAt, respondBy }
  return { status, team, assignee, topic, priority, escalation, reassignments, declinedBy, ...moments }
}
