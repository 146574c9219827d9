import type { InboundTicket } from '../core/ticket.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Cause, Received, TicketStore } from '../ports.ts'

/**
 * Stores messages from outside, each once, however often they come. Their cause is finished in the transaction of the last
 * one: ended in between, all of them are tried again and those stored before turn out to be duplicates.
 */
export async function receiveTickets(
  inbounds: readonly InboundTicket[],
  tickets: Pick<TicketStore, 'receive'>,
  cause?: Cause,
): Promise<readonly Received[]> {
  const received: Received[] = []
  for (const [index, inbound] of inbounds.entries()) {
    crashPoint('receive.before-store')
    received.push(await tickets.receive(inbound, index === inbounds.length - 1 ? cause : undefined))
    crashPoint('receive.after-store')
  }
  return received
}
