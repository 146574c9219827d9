import type { TicketEvent } from './events.ts'
import type { InboundTicket, Ticket } from './ticket.ts'

const EXCERPT_CHARACTERS = 280

/**
 * What another message in the thread of a ticket leads to. A person who writes to a resolved ticket is not done with it, so it
 * is opened again; a machine that answers (out of office, a bounce) opens nothing.
 */
export function hear(ticket: Ticket, message: InboundTicket): readonly TicketEvent[] {
  const { externalId: messageId, receivedAt: at, source: by, automatic, visible, body } = message
  const excerpt = shorten(visible || body)
  const added: TicketEvent = { type: 'messageAdded', messageId, excerpt, ...(automatic ? { automatic } : {}), at, by }
  if (ticket.status !== 'resolved' || automatic) return [added]
  // A mail says by itself when it was sent; nobody waited for an answer to it before the ticket was resolved.
  const openedAt = ticket.resolvedAt && ticket.resolvedAt > at ? ticket.resolvedAt : at
  return [added, { type: 'reopened', because: 'the customer wrote again', at: openedAt, by }]
}

/** Never ends within a character that takes two places. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  if (line.length <= EXCERPT_CHARACTERS) return line
  return `${line.slice(0, EXCERPT_CHARACTERS - 1).replace(/\p{Surrogate}$/u, '')}…`
}
