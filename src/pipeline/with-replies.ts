import type { Ticket } from '../core/ticket.ts'
import type { StoredMessage, TicketStore } from '../ports.ts'

/** So much of the beginning and so much of the end of a long conversation is read. */
const LONGEST_HALF = 10_000
/** What mail programs put before the subject of an answer or of something passed on. */
const ANSWERING = /^(?:\s*(?:re|aw|sv|vs|rv|res|fwd?|wg|tr)\s*(?:\[\d+\])?:)+\s*/iu

/** The ticket as the voices are to read it: with everything the customer wrote since, oldest first. */
export async function withReplies(ticket: Ticket, tickets: Pick<TicketStore, 'messages'>): Promise<Ticket> {
  if (ticket.messages < 2) return ticket
  const said = (await tickets.messages(ticket.id)).map((message) => textOf(message, ticket)).filter(Boolean)
  const body = said.join('\n\n') || ticket.body
  if (body.length <= 2 * LONGEST_HALF) return { ...ticket, body }
  return { ...ticket, body: `${body.slice(0, LONGEST_HALF)}\n\n${body.slice(-LONGEST_HALF)}` }
}

/** A subject of its own is part of what a message says: "production is down", and nothing in the body. */
function textOf({ subject, visible }: StoredMessage, ticket: Ticket): string {
  const bare = (text: string) => text.replace(ANSWERING, '').trim()
  return bare(subject) === bare(ticket.subject) ? visible : `${bare(subject)}\n${visible}`.trim()
}
