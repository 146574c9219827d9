import { combine, rankOf } from '../core/classification.ts'
import { dueAfterReply } from '../core/deadline.ts'
import type { RecordedEvent } from '../core/events.ts'
import type { TicketId } from '../core/ids.ts'
import type { TicketStatus } from '../core/ticket.ts'
import { StaleTicketError } from '../errors.ts'
import { classifyQuickly } from './classify.ts'
import { gatherFacts } from './gather-facts.ts'
import type { RoutingTools } from './route.ts'
import { withReplies } from './with-replies.ts'

/** Nobody has said yet that they look after it, so nobody would read what was added. */
const UNATTENDED: readonly TicketStatus[] = ['triage', 'queued', 'offered']

/**
 * Lets the quick voices read what the customer added to a ticket that nobody has accepted. If that makes it more urgent, it
 * becomes so; nothing else moves. Where a person set the priority, it stays as they said.
 */
export async function reread(id: TicketId, tools: RoutingTools): Promise<void> {
  const { tickets, policies, enrichers, classifiers, model, clock, log } = tools
  const ticket = await tickets.get(id)
  const { classification: decided, priority: held } = ticket
  if (!decided || !held || ticket.messages < 2 || !UNATTENDED.includes(ticket.status)) return
  const policy = await policies.current()
  if (!policy || isSetByPerson(await tickets.events(id))) return

  const facts = await gatherFacts(ticket, enrichers, log)
  await model.refresh()
  const { priority, priorityBecause } = await classifyQuickly(await withReplies(ticket, tickets), facts, {
    classifiers,
    policy,
    log,
  })
  // Compared with what the quick voices said before, for what a slow one made of the rest still holds.
  const slow = classifiers.filter((one) => one.slow).map((one) => one.id)
  const before = combine(
    decided.voices.filter((voice) => !slow.includes(voice.id)),
    [],
  ).priority
  if (rankOf(priority) >= Math.min(rankOf(before), rankOf(held))) return

  const at = clock.now()
  const because = `the customer wrote again: ${priorityBecause}`
  const respondBy = dueAfterReply(ticket, priority, at, policy)
  try {
    await tickets.record(ticket, [{ type: 'reprioritised', priority, because, respondBy, at, by: 'router' }])
  } catch (error) {
    if (!(error instanceof StaleTicketError)) throw error
    return reread(id, tools)
  }
}

/** Whether somebody chose the priority and did not take that back. */
function isSetByPerson(events: readonly RecordedEvent[]): boolean {
  const takenBack = events.flatMap((event) => (event.type === 'undone' ? [event.takenBack] : []))
  return events.some(
    (event) =>
      !takenBack.includes(event.version) &&
      (event.type === 'escalated' || (event.type === 'reassigned' && event.priority !== undefined)),
  )
}
