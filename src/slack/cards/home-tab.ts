import type { HomeView, KnownBlock } from '@slack/types'
import type { Agent, Role, Team } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import { isWorking } from '../../core/working-hours.ts'
import { context, fields, plain, section } from './blocks.ts'
import { channelMention, escapeText } from './escape.ts'
import { adminBlocks, type OpenTally, type Queue, queueBlocks, waitingOf } from './home-teams.ts'
import { type HomeTicket, type HomeWords, ownTicket } from './home-ticket.ts'
import { counted, listed, slackDate } from './words.ts'

/** What a Home tab shows to somebody of ours. */
export interface HomeTabView extends HomeWords {
  readonly person: Agent
  /** Nothing but the stranger's page was shown to this person before. */
  readonly isNew: boolean
  readonly policy: Policy
  readonly teams: readonly Team[]
  readonly people: readonly Agent[]
  /** The first of their open tickets, those due first first; `person.openTickets` says how many there are. */
  readonly mine: readonly HomeTicket[]
  readonly tally: readonly OpenTally[]
  /** Of the teams this person leads. */
  readonly queues: readonly Queue[]
  /** What this person can type after `/waybill`. */
  readonly commands: readonly { readonly form: string; readonly does: string }[]
}

/** Says in `private_metadata` that somebody saw a page of their own, so that a welcome is shown once. */
export const WELCOMED = 'welcomed'

/** A Home tab takes 100 blocks: 20 tickets are 40 of them, 20 teams 40 more. */
export const MOST_TICKETS = 20
const MOST_QUEUES = 20

/** What somebody sees who opens Waybill in Slack. Everything that customers wrote passes `escapeText`. */
export function renderHomeTab(view: HomeTabView): HomeView {
  const { person, isNew, policy, teams, people, tally, commands, now } = view
  const queues = view.queues.slice(0, MOST_QUEUES)
  return home(
    [
      header(`Hello ${person.name}`),
      ...fields(aboutYou(view)),
      ...(isNew ? [section(WELCOME.join('\n'))] : []),
      header('Yours now'),
      ...yours(view),
      ...(queues.length > 0 ? [header('The queue of your teams')] : []),
      ...queues.flatMap((queue) => queueBlocks(queue, tally, view)),
      ...(person.role === 'admin' ? adminBlocks(policy, { teams, people, tally }) : []),
      header('What you can type'),
      section(commands.map(({ form, does }) => `• \`/waybill ${escapeText(form, 100)}\`  ${does}`).join('\n')),
      ...context([`As of ${slackDate(now)}. Open this page again for what others did since.`]),
    ],
    WELCOMED,
  )
}

/** For guests and everybody else who is not in the policy: polite, and not a word about tickets. */
export const renderStrangersHome = (refused: string): HomeView =>
  home(
    [
      header('Hello'),
      section(
        `Waybill brings support tickets to the people who can answer them. ${escapeText(refused, 300)} Your own tickets will stand here then.`,
      ),
    ],
    '',
  )

const home = (blocks: KnownBlock[], metadata: string): HomeView => ({
  type: 'home',
  blocks,
  private_metadata: metadata,
})

const header = (text: string): KnownBlock => ({ type: 'header', text: plain(text, 150) })

const WELCOME = [
  '*Welcome.* Waybill reads support tickets, decides who should answer, and says why.',
  '• A ticket for you comes as a card in the channel of your team, and stands here. *Accept* takes it, *Resolve* closes it, *Hand back* gives it back.',
  '• Sent to the wrong place? *Reassign* on the card asks what was wrong; that is what Waybill learns from. *Undo* takes your last click back for a minute.',
  '• *Why here*, or “Why is it here?” among the shortcuts of any card, tells everything a decision was made from.',
]

const ROLES: Readonly<Record<Role, string>> = { agent: 'an agent', lead: 'a lead', admin: 'an admin' }
const MOST_NAMED = 12

function aboutYou({ person, teams, now }: HomeTabView): readonly string[] {
  const { id, role, skills } = person
  const own = teams.filter((team) => person.teams.includes(team.id)).map(({ name }) => name)
  const levels = Object.entries(skills).sort(([a, levelA], [b, levelB]) => levelB - levelA || (a < b ? -1 : 1))
  const calls = teams.flatMap(({ name, onCall }) => {
    const place = onCall.indexOf(id)
    return place < 0 ? [] : [`${place === 0 ? 'first' : `number ${place + 1}`} for ${escapeText(name, 60)}`]
  })
  return [
    `*You are:* ${ROLES[role]}${own.length > 0 ? ` in ${listed(some(own))}` : ', in no team yet'}`,
    `*Skills, 1 to 3:* ${some(levels.map(([skill, level]) => `${skill} ${level}`)).join(' · ') || 'none yet; your lead gives them'}`,
    `*Room:* ${room(person)}`,
    `*Now:* ${availability(person, now)}`,
    ...(calls.length > 0 ? [`*On call:* ${listed(calls.slice(0, MOST_NAMED))}`] : []),
  ]
}

const some = (names: readonly string[]): readonly string[] => [
  ...names.slice(0, MOST_NAMED).map((name) => escapeText(name, 60)),
  ...(names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more`] : []),
]

function room({ openTickets, capacity }: Agent): string {
  const free = capacity - openTickets
  return `${openTickets} of ${capacity} open, ${free > 0 ? `${free} more can come` : 'nothing new is offered to you'}`
}

function availability({ awayUntil, hours, timeZone }: Agent, now: HomeWords['now']): string {
  if (awayUntil !== undefined && awayUntil > now)
    return `away until ${slackDate(awayUntil)}, nothing new is offered to you`
  if (isWorking(hours, timeZone, now)) return 'within your working hours'
  return `outside your working hours (${escapeText(timeZone, 60)}), nothing new is offered to you`
}

function yours(view: HomeTabView): KnownBlock[] {
  const { person, mine, teams } = view
  if (mine.length === 0) return [section(nothingYours(view))]
  const shown = mine.slice(0, MOST_TICKETS)
  const left = Math.max(person.openTickets, mine.length) - shown.length
  return [
    ...shown.flatMap((one) =>
      ownTicket(
        one,
        teams.find(({ id }) => id === one.ticket.team),
        view,
      ),
    ),
    ...(left > 0 ? context([`… and ${counted(left, 'more ticket')} of yours, due later.`]) : []),
  ]
}

function nothingYours({ person, teams, tally }: HomeTabView): string {
  if (person.teams.length === 0)
    return 'Nothing is yours. You are in no team yet, so nothing is offered to you: ask an admin.'
  const places = teams
    .filter((team) => person.teams.includes(team.id) && waitingOf(team.id, tally) > 0)
    .map(({ id, name, channel }) => `${waitingOf(id, tally)} in ${channelMention(channel, escapeText(name, 60))}`)
  if (places.length === 0) return 'Nothing is yours, and nothing waits in your teams.'
  const first = places.slice(0, MOST_NAMED)
  return `Nothing is yours. Waiting for somebody to accept: ${listed(first)}.`
}
