import type { Priority } from './classification.ts'
import { dueAfterChange } from './deadline.ts'
import type { TicketEvent, WrongPart } from './events.ts'
import type { PersonId, TeamId } from './ids.ts'
import type { Policy } from './policy.ts'
import type { Ticket } from './ticket.ts'
import { msBetween, SECOND, type Timestamp } from './time.ts'

/** What a move leads to: events to record, or a reason to tell the person who asked. */
export type Outcome = { readonly events: readonly TicketEvent[] } | { readonly refused: string }

/** The names of people, for sentences. */
export type NameOf = (person: PersonId) => string

export const UNDO_MS = 60 * SECOND

export function accept(ticket: Ticket, person: PersonId, at: Timestamp, nameOf: NameOf): Outcome {
  if (ticket.status === 'resolved') return { refused: 'This ticket is already resolved.' }
  if (ticket.status === 'accepted') return { refused: taken(ticket, person, at, nameOf) }
  if (ticket.status === 'received') return { refused: 'This ticket is still being read; try again in a moment.' }
  return { events: [{ type: 'accepted', person, at, by: person }] }
}

export function handBack(ticket: Ticket, person: PersonId, at: Timestamp, nameOf: NameOf): Outcome {
  if (ticket.status === 'resolved') return { refused: 'This ticket is already resolved.' }
  if (ticket.assignee === undefined) return { refused: 'Nobody has this ticket, so there is nothing to hand back.' }
  if (ticket.assignee !== person)
    return { refused: `${nameOf(ticket.assignee)} has this ticket; only they can hand it back.` }
  return { events: [{ type: 'handedBack', person, at, by: person }] }
}

export interface Reassignment {
  readonly team: TeamId
  readonly person: PersonId | undefined
  readonly wrong: WrongPart
  readonly topic: string | undefined
  readonly priority: Priority | undefined
  readonly note: string | undefined
}

/** With a policy the deadline follows what was changed. */
export function reassign(
  ticket: Ticket,
  by: PersonId,
  to: Reassignment,
  at: Timestamp,
  { nameOf, policy }: { readonly nameOf: NameOf; readonly policy?: Policy | undefined },
): Outcome {
  if (ticket.status === 'resolved') return { refused: 'This ticket is already resolved.' }
  if (ticket.status === 'received') return { refused: 'This ticket is still being read; try again in a moment.' }
  if (isThereAlready(ticket, to)) return { refused: 'This ticket waits there already.' }
  if (to.person && to.person === ticket.assignee && to.team === ticket.team)
    return { refused: `${nameOf(to.person)} already has this ticket.` }
  const changed = { topic: to.topic ?? ticket.topic, priority: to.priority ?? ticket.priority, team: to.team }
  const respondBy = policy && dueAfterChange(ticket, changed, policy)
  return { events: [{ type: 'reassigned', ...to, ...(respondBy ? { respondBy } : {}), at, by }] }
}

/** With a policy the deadline becomes that of the most urgent. */
export function escalate(ticket: Ticket, by: PersonId, because: string, at: Timestamp, policy?: Policy): Outcome {
  if (ticket.status === 'resolved') return { refused: 'This ticket is already resolved.' }
  if (ticket.status === 'received') return { refused: 'This ticket is still being read; try again in a moment.' }
  if (ticket.escalation > 0 && ticket.acknowledgedBy === undefined)
    return { refused: 'This ticket is escalated already; the on-call person has been called.' }
  const { topic, team } = ticket
  const respondBy = policy && dueAfterChange(ticket, { topic, team, priority: 'P1' }, policy)
  return { events: [{ type: 'escalated', because, priority: 'P1', ...(respondBy ? { respondBy } : {}), at, by }] }
}

export function acknowledge(ticket: Ticket, person: PersonId, at: Timestamp, nameOf: NameOf): Outcome {
  if (ticket.status === 'resolved') return { refused: 'This ticket is already resolved.' }
  if (ticket.status === 'received') return { refused: 'This ticket is still being read; try again in a moment.' }
  if (ticket.acknowledgedBy === person) return { refused: 'You acknowledged this already.' }
  if (ticket.acknowledgedBy) return { refused: `${nameOf(ticket.acknowledgedBy)} acknowledged this already.` }
  return { events: [{ type: 'acknowledged', person, at, by: person }] }
}

export function resolve(ticket: Ticket, person: PersonId, at: Timestamp): Outcome {
  if (ticket.status === 'resolved') return { refused: 'This ticket is already resolved.' }
  if (ticket.status === 'received') return { refused: 'This ticket is still being read; try again in a moment.' }
  return { events: [{ type: 'resolved', person, at, by: person }] }
}

/** Takes back the last human move: the same person, within a minute, and only if nobody moved the ticket since. */
export function undo(ticket: Ticket, person: PersonId, at: Timestamp, nameOf: NameOf): Outcome {
  const { undoable } = ticket
  if (!undoable) return { refused: 'There is nothing to undo.' }
  if (undoable.by !== person) return { refused: `The last move was ${nameOf(undoable.by)}'s; only they can undo it.` }
  if (msBetween(undoable.at, at) > UNDO_MS)
    return { refused: 'A move can be undone for 60 seconds. Use Hand back or Reassign instead.' }
  const { version: takenBack, move, before } = undoable
  return { events: [{ type: 'undone', takenBack, move, restored: before, at, by: person }] }
}

function taken({ assignee, acceptedAt }: Ticket, person: PersonId, at: Timestamp, nameOf: NameOf): string {
  if (assignee === person) return 'You already have this ticket.'
  const seconds = acceptedAt ? Math.max(0, Math.round(msBetween(acceptedAt, at) / SECOND)) : 0
  return `${assignee ? nameOf(assignee) : 'Somebody'} took this ${ago(seconds)}.`
}

const ago = (seconds: number): string =>
  seconds < 5
    ? 'just now'
    : seconds < 120
      ? `${seconds} s ago`
      : seconds < 7200
        ? `${Math.round(seconds / 60)} min ago`
        : `${Math.round(seconds / 3600)} h ago`

/** The same form sent twice: it asks for what is so already. */
const isThereAlready = (ticket: Ticket, { team, person, topic, priority }: Reassignment): boolean =>
  person === undefined &&
  ticket.assignee === undefined &&
  ticket.team === team &&
  (topic ?? ticket.topic) === ticket.topic &&
  (priority ?? ticket.priority) === ticket.priority
