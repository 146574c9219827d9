import type { TicketId } from '../core/ids.ts'
import { StaleTicketError } from '../errors.ts'
import { classifyFully } from './classify.ts'
import { gatherFacts } from './gather-facts.ts'
import type { RoutingTools } from './route.ts'
import { withReplies } from './with-replies.ts'

/** Asks the slow voices about a ticket that could not wait for them; what they say is added, nothing is moved. */
export async function consult(id: TicketId, tools: RoutingTools): Promise<void> {
  const { tickets, policies, enrichers, classifiers, clock, log } = tools
  const slow = classifiers.filter(({ slow }) => slow)
  if (slow.length === 0) return
  const ticket = await tickets.get(id)
  const policy = await policies.current()
  const decided = ticket.classification
  if (!policy || !decided || ticket.status === 'resolved') return
  if (slow.every(({ id }) => decided.voices.some((voice) => voice.id === id))) return

  const facts = await gatherFacts(ticket, enrichers, log)
  const full = await classifyFully(await withReplies(ticket, tickets), facts, { classifiers, policy, log })
  const { summary, sentiment, flags, voices, missing } = full
  const classification = { ...decided, summary, sentiment, flags, voices, missing }
  try {
    await tickets.record(ticket, [{ type: 'consulted', classification, at: clock.now(), by: 'router' }])
  } catch (error) {
    if (!(error instanceof StaleTicketError)) throw error
    return consult(id, tools)
  }
}
