import type { Person, Team } from './person.ts'
import type { Ticket } from './ticket.ts'
import type { Timestamp } from './time.ts'

/** Urgent enough to ring somebody, whether or not anybody has answered yet. */
export const isAlarming = ({ priority, escalation }: Pick<Ticket, 'priority' | 'escalation'>): boolean =>
  priority === 'P1' || escalation > 0

/** Somebody must be rung now. */
export const isCalling = (ticket: Ticket): boolean =>
  isAlarming(ticket) &&
  ticket.acknowledgedBy === undefined &&
  ticket.status !== 'received' &&
  ticket.status !== 'resolved'

export interface Callee {
  readonly person: Person
  /** Why this person, for them to read. */
  readonly because: string
}

const ORDINALS = ['first', 'second', 'third']

/** Who is rung, first to last: those on call for the team, its lead, any admin. Whoever is away comes after all others. */
export function callees(team: Team | undefined, people: readonly Person[], now: Timestamp): readonly Callee[] {
  const onCall = (team?.onCall ?? []).map((id, place) => ({
    id,
    because: `You are ${ORDINALS[place] ?? `number ${place + 1}`} on call for ${team?.name}.`,
  }))
  const lead = team?.lead
    ? [{ id: team.lead, because: `You lead ${team.name} and nobody on call could be reached.` }]
    : []
  const admins = people
    .filter(({ role }) => role === 'admin')
    .map(({ id }) => ({
      id,
      because: `You are an admin and nobody${team ? ` of ${team.name}` : ''} could be reached.`,
    }))
  const order = [...onCall, ...lead, ...admins].flatMap(({ id, because }) => {
    const person = people.find((one) => one.id === id)
    return person ? [{ person, because }] : []
  })
  const once = order.filter(({ person }, place) => order.findIndex((other) => other.person.id === person.id) === place)
  const isAway = ({ person }: Callee) => person.awayUntil !== undefined && person.awayUntil > now
  return [...once.filter((one) => !isAway(one)), ...once.filter(isAway)]
}
