import type { KnownBlock } from '@slack/types'
import type { TeamId } from '../../core/ids.ts'
import type { Agent, Person, Team } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import type { TicketStatus } from '../../core/ticket.ts'
import type { Timestamp } from '../../core/time.ts'
import { isWorking } from '../../core/working-hours.ts'
import { context, plain, section } from './blocks.ts'
import { channelMention, escapeText } from './escape.ts'
import { type HomeTicket, type HomeWords, waitingLine } from './home-ticket.ts'
import { counted } from './words.ts'

/** How many open tickets of a team stand how; without a team stand those nobody decided. */
export interface OpenTally {
  readonly team: TeamId | undefined
  readonly status: TicketStatus
  readonly count: number
}

/** What waits in a team that somebody leads. */
export interface Queue {
  readonly team: Team
  /** The first of them, those due first first. */
  readonly waiting: readonly HomeTicket[]
  readonly people: readonly Agent[]
}

/** A Home tab takes 100 blocks, a section 3,000 characters. */
const MOST_TEAMS = 20
const MOST_PEOPLE = 25

/** The teams somebody runs: their own as a lead, and each that names them as its lead. */
export const teamsLedBy = ({ id, role, teams }: Person, all: readonly Team[]): readonly Team[] =>
  all.filter((team) => team.lead === id || (role === 'lead' && teams.includes(team.id)))

/** Tickets of this team that nobody accepted yet. */
export const waitingOf = (team: TeamId, tally: readonly OpenTally[]): number =>
  sum(tally.filter((one) => one.team === team && (one.status === 'queued' || one.status === 'offered')))

/** For a lead: what waits, and who has room. */
export function queueBlocks(
  { team, waiting, people }: Queue,
  tally: readonly OpenTally[],
  words: HomeWords,
): KnownBlock[] {
  const count = waitingOf(team.id, tally)
  const left = count - waiting.length
  const title = `${placeName(team)}: ${count === 0 ? 'nothing waits' : `${counted(count, 'ticket')} waiting`}`
  const lines = waiting.map((one) => waitingLine(one, words))
  return [
    section([title, ...lines, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n')),
    ...context([loadLine(people, words.now)]),
  ]
}

/** For an admin: what is set up, and how every team stands. */
export function adminBlocks(
  policy: Policy,
  {
    teams,
    people,
    tally,
  }: { readonly teams: readonly Team[]; readonly people: readonly Agent[]; readonly tally: readonly OpenTally[] },
): KnownBlock[] {
  const { version, topics, matrix, rules, triageChannel, minConfidence } = policy
  const parts = [
    counted(topics.length, 'topic'),
    counted(matrix.length, 'matrix row'),
    counted(rules.length, 'rule'),
    counted(teams.length, 'team'),
    people.length === 1 ? '1 person' : `${people.length} people`,
  ]
  const undecided = sum(tally.filter(({ status }) => status === 'triage'))
  const triage = placeName({ name: 'Triage', channel: triageChannel })
  const lines = [
    `• ${triage}: ${undecided} waiting for people to decide; a ticket goes there below ${Math.round(minConfidence * 100)} % confidence`,
    ...teams.slice(0, MOST_TEAMS).map((team) => {
      const open = sum(tally.filter((one) => one.team === team.id))
      const room = people.filter(({ teams }) => teams.includes(team.id)).length
      return `• ${placeName(team)}: ${open} open, ${waitingOf(team.id, tally)} of them waiting, ${room === 1 ? '1 person' : `${room} people`}`
    }),
    ...(teams.length > MOST_TEAMS ? [`… and ${teams.length - MOST_TEAMS} more teams`] : []),
  ]
  return [
    { type: 'header', text: plain('Set up', 150) },
    section(`*Policy version ${version}*: ${parts.join(', ')}.`),
    section(lines.join('\n')),
    ...context([
      'To change teams, people, matrix or rules: `npm run waybill -- policy import policy.yml` where Waybill runs.',
    ]),
  ]
}

/** Who has how many of how many, the freest first. */
function loadLine(people: readonly Agent[], now: Timestamp): string {
  if (people.length === 0) return 'Nobody is in this team yet.'
  const freest = people.toSorted((a, b) => b.capacity - b.openTickets - (a.capacity - a.openTickets))
  const named = freest.slice(0, MOST_PEOPLE).map((person) => {
    const { name, openTickets, capacity } = person
    return `${escapeText(name, 40)} ${openTickets} of ${capacity}${notNow(person, now)}`
  })
  const more = people.length > MOST_PEOPLE ? [`${people.length - MOST_PEOPLE} more`] : []
  return `Open: ${[...named, ...more].join(' · ')}`
}

function notNow({ awayUntil, openTickets, capacity, hours, timeZone }: Agent, now: Timestamp): string {
  if (awayUntil !== undefined && awayUntil > now) return ' (away)'
  if (!isWorking(hours, timeZone, now)) return ' (off hours)'
  return openTickets >= capacity ? ' (full)' : ''
}

const placeName = ({ name, channel }: Pick<Team, 'name' | 'channel'>): string =>
  [`*${escapeText(name, 60)}*`, channelMention(channel, '')].filter(Boolean).join(' ')

const sum = (tally: readonly OpenTally[]): number => tally.reduce((all, { count }) => all + count, 0)
