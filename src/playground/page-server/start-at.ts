import type { Person, Team } from '../../core/person.ts'
import type { PageChannel, TicketLine } from '../page-contract.ts'

export interface Surroundings {
  /** Nobody of the policy when undefined, such as a guest. */
  readonly person: Pick<Person, 'name' | 'teams'> | undefined
  readonly teams: readonly Pick<Team, 'id' | 'name' | 'channel'>[]
  /** Newest first. */
  readonly tickets: readonly Pick<TicketLine, 'status' | 'assignee' | 'team'>[]
  /** As this person sees them. */
  readonly channels: readonly Pick<PageChannel, 'id' | 'kind' | 'joined' | 'lastTs'>[]
}

/**
 * The channel somebody sees first: where a ticket is offered to them, else one of their teams' that has messages, else any that
 * has. Undefined when there is nothing to see anywhere.
 */
export function startAt({ person, teams, tickets, channels }: Surroundings): string | undefined {
  const offered = tickets.find(({ status, assignee }) => status === 'offered' && assignee === person?.name)
  const own = [
    ...teams.filter(({ name }) => name === offered?.team),
    ...teams.filter(({ id }) => person?.teams.includes(id)),
  ].map(({ channel }) => channel)

  const open = channels.filter(({ kind, joined, lastTs }) => kind !== 'dm' && joined && lastTs !== null)
  const first = own.find((channel) => open.some(({ id }) => id === channel))
  return first ?? open[0]?.id
}
