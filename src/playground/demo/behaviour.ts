import type { Person } from '../../core/person.ts'
import { findRow, type Policy } from '../../core/policy.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { DemoTicket } from '../stage/demo-tickets.ts'

/** What the people of the demo do with a card, one after another. */
export type Deed =
  | { readonly who: Person; readonly does: 'accept' | 'resolve' | 'hand-back' | 'undo' | 'escalate' }
  | {
      readonly who: Person
      readonly does: 'reassign'
      readonly wrong: 'topic' | 'urgency' | 'full'
      readonly team: string
      readonly topic?: string
      readonly priority?: string
    }

/**
 * People who know the truth about a ticket: a wrong team or a ticket nobody was sure of is corrected, an emergency that was
 * overlooked is escalated, everything else is accepted and mostly resolved; now and then somebody is full or changes their mind.
 */
export function deedsFor(
  ticket: Ticket,
  truth: DemoTicket,
  index: number,
  {
    people,
    policy,
    tier,
  }: { readonly people: readonly Person[]; readonly policy: Policy; readonly tier: string | undefined },
): readonly Deed[] {
  const rightTeam = findRow(policy.matrix, { topic: truth.topic, tier, priority: truth.priority })?.team
  const someoneOf = (team: string | undefined) =>
    people.find(({ teams }) => teams.some((id) => id === team)) ?? people[0]!
  const assignee = people.find(({ id }) => id === ticket.assignee)
  const reader = assignee ?? someoneOf(ticket.team ?? rightTeam)

  if (rightTeam && (ticket.team !== rightTeam || ticket.topic !== truth.topic)) {
    return [{ who: reader, does: 'reassign', wrong: 'topic', team: rightTeam, topic: truth.topic }]
  }
  if (truth.priority === 'P1' && ticket.priority !== 'P1') return [{ who: reader, does: 'escalate' }]
  if (index % 17 === 11 && rightTeam) return [{ who: reader, does: 'reassign', wrong: 'full', team: rightTeam }]
  if (index % 20 === 15) {
    return [
      { who: reader, does: 'accept' },
      { who: reader, does: 'escalate' },
    ]
  }
  if (index % 13 === 7) {
    return [
      { who: reader, does: 'accept' },
      { who: reader, does: 'undo' },
      { who: reader, does: 'accept' },
    ]
  }
  const accepted: Deed = { who: reader, does: 'accept' }
  return index % 4 === 3 ? [accepted] : [accepted, { who: reader, does: 'resolve' }]
}
