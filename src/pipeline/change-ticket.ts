import type { TicketId } from '../core/ids.ts'
import type { Outcome } from '../core/moves.ts'
import type { Ticket } from '../core/ticket.ts'
import { StaleTicketError } from '../errors.ts'
import type { Cause, TicketStore } from '../ports.ts'

/** `repeated`: this cause took effect before, so nothing happened now. */
export type Change = Outcome | { readonly repeated: true }

/** Reads the ticket, decides, records. If the ticket moved on meanwhile, reads it again and reconsiders. */
export async function changeTicket(
  id: TicketId,
  decide: (ticket: Ticket) => Outcome | Promise<Outcome>,
  tickets: TicketStore,
  cause?: Cause,
): Promise<Change> {
  for (;;) {
    const ticket = await tickets.get(id)
    const outcome = await decide(ticket)
    if ('refused' in outcome || outcome.events.length === 0) return outcome
    try {
      const changed = await tickets.record(ticket, outcome.events, cause)
      return changed ? outcome : { repeated: true }
    } catch (error) {
      if (!(error instanceof StaleTicketError)) throw error
    }
  }
}
