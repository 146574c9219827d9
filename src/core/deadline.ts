import { type Priority, rankOf } from './classification.ts'
import type { TeamId } from './ids.ts'
import { findRow, type MatrixRow, type Policy } from './policy.ts'
import type { Ticket } from './ticket.ts'
import { MINUTE, plusMs, type Timestamp } from './time.ts'

/** What somebody says a ticket is from now on. */
export interface Changed {
  readonly topic: string | undefined
  readonly priority: Priority | undefined
  readonly team: TeamId | undefined
}

/**
 * When the first answer is due after a person changed topic, priority or team. It counts from the moment the customer began
 * to wait, not from the change, and what became more urgent is never due later than it was. Without a row that says
 * otherwise it stays as it was; what had none, coming from triage, gets the strictest of its team.
 */
export function dueAfterChange(ticket: Ticket, to: Changed, policy: Policy): Timestamp | undefined {
  const isSame = to.topic === ticket.topic && to.priority === ticket.priority
  if (isSame && ticket.respondBy) return ticket.respondBy
  const anyOfTeam = ticket.respondBy ? [] : policy.matrix.filter(({ team }) => team === to.team)
  const row = rowFor(ticket, to, policy) ?? strictest(anyOfTeam)
  if (!row) return ticket.respondBy
  const due = plusMs(ticket.waitingSince ?? ticket.receivedAt, row.firstResponseMinutes * MINUTE)
  const isRaised = to.priority !== undefined && rankOf(to.priority) < rankOf(ticket.priority ?? 'P4')
  return isRaised ? earlier(ticket.respondBy, due) : due
}

/** When the first answer is due once the customer said, at this moment, that it is more urgent. */
export function dueAfterReply(
  ticket: Ticket,
  priority: Priority,
  at: Timestamp,
  policy: Policy,
): Timestamp | undefined {
  const row = rowFor(ticket, { topic: ticket.topic, priority, team: ticket.team }, policy)
  return row ? earlier(ticket.respondBy, plusMs(at, row.firstResponseMinutes * MINUTE)) : ticket.respondBy
}

/** The row of the matrix; where none covers the topic, the strictest one the team has for this priority. */
function rowFor({ decision }: Ticket, { topic, priority = 'P3', team }: Changed, { matrix }: Policy) {
  const row = topic && findRow(matrix, { topic, tier: decision?.facts.tier, priority })
  return row || strictest(matrix.filter((one) => one.team === team && (one.priority ?? priority) === priority))
}

const strictest = (rows: readonly MatrixRow[]): MatrixRow | undefined =>
  rows.toSorted((a, b) => a.firstResponseMinutes - b.firstResponseMinutes)[0]

const earlier = (before: Timestamp | undefined, due: Timestamp): Timestamp =>
  before !== undefined && before < due ? before : due
