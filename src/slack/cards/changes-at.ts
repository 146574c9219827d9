import { UNDO_MS } from '../../core/moves.ts'
import type { Ticket } from '../../core/ticket.ts'
import { plusMs, type Timestamp } from '../../core/time.ts'

/** The next moment after `drawnAt` when the card of this very ticket looks different: Undo is over, the reply is overdue. */
export function changesAt(ticket: Ticket, drawnAt: Timestamp): Timestamp | undefined {
  const isWaiting = ticket.status !== 'accepted' && ticket.status !== 'resolved'
  const moments = [
    ticket.undoable && plusMs(ticket.undoable.at, UNDO_MS + 1),
    isWaiting && ticket.respondBy ? plusMs(ticket.respondBy, 1) : undefined,
  ]
  return moments
    .flatMap((moment) => moment ?? [])
    .filter((moment) => moment > drawnAt)
    .toSorted()[0]
}
