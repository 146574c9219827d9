import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { Priority } from '../core/classification.ts'
import type { RecordedEvent, TicketEvent } from '../core/events.ts'
import { type AccountId, type CustomerId, type PersonId, type TeamId, type TicketId, ticketId } from '../core/ids.ts'
import type { InboundTicket, Ticket, TicketStatus, Undoable } from '../core/ticket.ts'
import type { Timestamp } from '../core/time.ts'
import type { StoredMessage } from '../ports.ts'

/** A ticket as it is before anything was decided. */
export function newTicket(id: TicketId, number: number, inbound: InboundTicket): Ticket {
  const { source, subject, visible, requester, fields, automatic, receivedAt, degraded } = inbound
  return {
    id,
    number,
    version: 0,
    source,
    subject,
    body: visible || inbound.body,
    requester,
    fields: automatic ? { ...fields, automatic: 'true' } : fields,
    receivedAt,
    degraded,
    messages: 1,
    latestMessage: undefined,
    waitingSince: undefined,
    customerId: undefined,
    accountId: undefined,
    status: 'received',
    team: undefined,
    assignee: undefined,
    topic: undefined,
    priority: undefined,
    escalation: 0,
    reassignments: 0,
    declinedBy: [],
    offeredAt: undefined,
    acceptedAt: undefined,
    acknowledgedBy: undefined,
    resolvedAt: undefined,
    respondBy: undefined,
    classification: undefined,
    decision: undefined,
    undoable: undefined,
  }
}

export function toRow(ticket: Ticket): Omit<Selectable<Schema['tickets']>, 'workspace_id' | 'unlearned_version'> {
  return {
    id: ticket.id,
    number: ticket.number,
    version: ticket.version,
    source: ticket.source,
    subject: ticket.subject,
    body: ticket.body,
    requester_email: ticket.requester.email ?? null,
    requester_name: ticket.requester.name ?? null,
    fields: JSON.stringify(ticket.fields),
    received_at: ticket.receivedAt,
    degraded: ticket.degraded ?? null,
    messages: ticket.messages,
    latest_message: toJson(ticket.latestMessage),
    waiting_since: ticket.waitingSince ?? null,
    customer_id: ticket.customerId ?? null,
    account_id: ticket.accountId ?? null,
    status: ticket.status,
    team: ticket.team ?? null,
    assignee: ticket.assignee ?? null,
    topic: ticket.topic ?? null,
    priority: ticket.priority ?? null,
    escalation: ticket.escalation,
    reassignments: ticket.reassignments,
    declined_by: JSON.stringify(ticket.declinedBy),
    offered_at: ticket.offeredAt ?? null,
    accepted_at: ticket.acceptedAt ?? null,
    acknowledged_by: ticket.acknowledgedBy ?? null,
    resolved_at: ticket.resolvedAt ?? null,
    respond_by: ticket.respondBy ?? null,
    classification: toJson(ticket.classification),
    decision: toJson(ticket.decision),
    undoable: toJson(ticket.undoable),
  }
}

export function toTicket(row: Selectable<Schema['tickets']>): Ticket {
  return {
    id: ticketId(row.id),
    number: row.number,
    version: row.version,
    source: row.source,
    subject: row.subject,
    body: row.body,
    requester: { email: row.requester_email ?? undefined, name: row.requester_name ?? undefined },
    fields: JSON.parse(row.fields) as Ticket['fields'],
    receivedAt: row.received_at as Timestamp,
    degraded: row.degraded ?? undefined,
    messages: row.messages,
    latestMessage: fromJson(row.latest_message) as Ticket['latestMessage'],
    waitingSince: (row.waiting_since ?? undefined) as Timestamp | undefined,
    customerId: (row.customer_id ?? undefined) as CustomerId | undefined,
    accountId: (row.account_id ?? undefined) as AccountId | undefined,
    status: row.status as TicketStatus,
    team: (row.team ?? undefined) as TeamId | undefined,
    assignee: (row.assignee ?? undefined) as PersonId | undefined,
    topic: row.topic ?? undefined,
    priority: (row.priority ?? undefined) as Priority | undefined,
    escalation: row.escalation,
    reassignments: row.reassignments,
    declinedBy: JSON.parse(row.declined_by) as PersonId[],
    offeredAt: (row.offered_at ?? undefined) as Timestamp | undefined,
    acceptedAt: (row.accepted_at ?? undefined) as Timestamp | undefined,
    acknowledgedBy: (row.acknowledged_by ?? undefined) as PersonId | undefined,
    resolvedAt: (row.resolved_at ?? undefined) as Timestamp | undefined,
    respondBy: (row.respond_by ?? undefined) as Timestamp | undefined,
    classification: fromJson(row.classification) as Ticket['classification'],
    decision: fromJson(row.decision) as Ticket['decision'],
    undoable: fromJson(row.undoable) as Undoable | undefined,
  }
}

export function toEventRow(base: Ticket, { type, at, by, ...detail }: TicketEvent, index: number) {
  return { ticket_id: base.id, version: base.version + index + 1, type, at, by, detail: JSON.stringify(detail) }
}

export function toEvent({ version, type, at, by, detail }: Selectable<Schema['ticket_events']>): RecordedEvent {
  return { ...(JSON.parse(detail) as object), version, type, at, by } as RecordedEvent
}

export function toMessage(
  row: Pick<
    Selectable<Schema['messages']>,
    'source' | 'external_id' | 'author' | 'subject' | 'visible' | 'received_at' | 'attachments'
  > & { readonly characters: number },
): StoredMessage {
  return {
    source: row.source,
    externalId: row.external_id,
    author: row.author ?? undefined,
    subject: row.subject,
    visible: row.visible,
    characters: row.characters,
    attachments: JSON.parse(row.attachments) as StoredMessage['attachments'],
    receivedAt: row.received_at as Timestamp,
  }
}

const toJson = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value))
const fromJson = (text: string | null): unknown => (text === null ? undefined : JSON.parse(text))
