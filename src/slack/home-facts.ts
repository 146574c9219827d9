import type { TicketId } from '../core/ids.ts'
import { may } from '../core/permissions.ts'
import type { Agent, Team } from '../core/person.ts'
import type { Ticket } from '../core/ticket.ts'
import type { Clock, Directory, PolicyStore, PostStore, TicketStore } from '../ports.ts'
import { cardAddress } from './card-address.ts'
import { type HomeTabView, MOST_TICKETS } from './cards/home-tab.ts'
import { type Queue, teamsLedBy } from './cards/home-teams.ts'
import type { HomeTicket } from './cards/home-ticket.ts'
import { COMMANDS } from './commands/index.ts'
import { homeOf } from './home.ts'
import { namesOf } from './perform-action.ts'
import type { SlackWeb } from './web.ts'

export interface HomeFactsDeps {
  readonly tickets: Pick<TicketStore, 'openOfPerson' | 'waitingIn' | 'openCounts'>
  readonly directory: Directory
  readonly policies: Pick<PolicyStore, 'current'>
  readonly posts: Pick<PostStore, 'ofTicket'>
  readonly web: Pick<SlackWeb, 'identity'>
  readonly clock: Clock
}

/** A line each, all in one section of 3,000 characters. */
const MOST_WAITING = 7

/** What somebody's Home tab shows; `refused` says what a stranger is told instead. */
export async function homeFacts(
  slackUser: string,
  isNew: boolean,
  deps: HomeFactsDeps,
): Promise<HomeTabView | { readonly refused: string }> {
  const { tickets, directory, policies, posts, web, clock } = deps
  const known = await directory.bySlackUser(slackUser)
  const verdict = may(known, 'read')
  if ('refused' in verdict) return verdict

  const [people, teams, policy, tally, nameOf] = await Promise.all([
    directory.agents(),
    directory.teams(),
    policies.current(),
    tickets.openCounts(),
    namesOf(directory),
  ])
  const person = people.find(({ id }) => id === known?.id)
  if (!person || !policy) return { refused: 'There is no policy any more. Ask an admin to import one.' }

  const [mine, queues] = await Promise.all([
    tickets.openOfPerson(person.id, MOST_TICKETS).then(withCards),
    Promise.all(teamsLedBy(person, teams).map((team) => queueOf(team, people))),
  ])
  const topicName = (id: string) => policy.topics.find((topic) => topic.id === id)?.name ?? id
  const commands = COMMANDS.filter((command) => command.mayUse(person)).flatMap(({ uses }) =>
    uses.filter(({ mayUse }) => mayUse?.(person) ?? true),
  )
  const words = { now: clock.now(), nameOf, topicName }
  return { ...words, person, isNew, policy, teams, people, mine, tally, queues, commands }

  async function queueOf(team: Team, all: readonly Agent[]): Promise<Queue> {
    const waiting = await withCards(await tickets.waitingIn(team.id, MOST_WAITING))
    return { team, waiting, people: all.filter(({ teams }) => teams.includes(team.id)) }
  }

  function withCards(found: readonly Ticket[]): Promise<readonly HomeTicket[]> {
    return Promise.all(found.map(async (ticket) => ({ ticket, card: await addressOf(ticket.id, ticket.team) })))
  }

  async function addressOf(id: TicketId, team: Ticket['team']): Promise<string | undefined> {
    const all = await posts.ofTicket(id)
    const { channel } = homeOf(
      teams.find((one) => one.id === team),
      policy ?? { triageChannel: '' },
      all,
    )
    return cardAddress(all, channel, web)
  }
}
