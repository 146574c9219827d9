import type { Priority } from '../core/classification.ts'
import type { Person } from '../core/person.ts'
import type { Ticket } from '../core/ticket.ts'
import type { OwnMail } from './page-contract.ts'
import type { Stage } from './stage/contract.ts'
import type { VisibleMessage } from './workspace/ledger.ts'

/** Tells those who watch what happens. */
export type Say = (text: string, tone?: 'good' | 'bad') => void

/** Something to watch on a stage, which may be busy with other things: it looks at its own tickets only. */
export interface Scene {
  /** As typed: `--scene night-p1`. */
  readonly name: string
  readonly title: string
  /** What one will see, in one sentence. */
  readonly about: string
  /** Rejects in words when what it shows does not come true. Whatever it breaks it mends, also then. */
  run(stage: Stage, say: Say): Promise<void>
}

/** How long anything that should happen by itself may take. */
export const PATIENCE_MS = 40_000

/** What was promised holds now; otherwise the scene ends with these words. */
export function hold(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise)
}

/** Waits until the condition gives something; after `timeoutMs` the scene ends with these words. */
export async function eventually<Found>(
  { slack }: Pick<Stage, 'slack'>,
  condition: () => Found | Promise<Found>,
  otherwise: string,
  timeoutMs = PATIENCE_MS,
): Promise<NonNullable<Found>> {
  try {
    return await slack.until(condition, timeoutMs)
  } catch (error) {
    throw new Error(`${otherwise} (waited ${Math.round(timeoutMs / 1_000)} s)`, { cause: error })
  }
}

/** Hands in a mail and resolves with its ticket, still unread. */
export async function arrives({ feeder, app }: Stage, mail: OwnMail): Promise<Ticket> {
  const { number } = await feeder.mail(mail)
  const ticket = await app.tickets.byNumber(number)
  hold(ticket !== undefined, `The mail was taken as ticket #${number}, which is not in the database.`)
  return ticket
}

/** The ticket once the bot has decided it. */
export const decided = (stage: Stage, { id, number }: Ticket): Promise<Ticket> =>
  eventually(
    stage,
    async () => {
      const ticket = await stage.app.tickets.get(id)
      return ticket.status === 'received' ? undefined : ticket
    },
    `Ticket #${number} was not decided.`,
  )

/** The card that shows this ticket as it is now, once there is one. */
export const cardOf = (stage: Stage, { id, number }: Ticket): Promise<VisibleMessage> =>
  eventually(
    stage,
    async () => {
      const { version } = await stage.app.tickets.get(id)
      const posts = await stage.app.posts.ofTicket(id)
      const cards = posts.filter(
        ({ kind, state, sentVersion }) => kind === 'card' && state === 'posted' && sentVersion === version,
      )
      return cards
        .flatMap(({ channel, ts }) => stage.slack.ledger.visible(channel).filter((message) => message.ts === ts))
        .find(({ blocks }) => blocks.some(({ type }) => type === 'actions'))
    },
    `Slack does not show ticket #${number} as it is.`,
  )

/** The ticket once it is so, and Slack shows it. */
export async function becomes(
  stage: Stage,
  { id, number }: Ticket,
  isSo: (now: Ticket) => boolean,
  what: string,
): Promise<Ticket> {
  const now = await eventually(
    stage,
    async () => {
      const ticket = await stage.app.tickets.get(id)
      return isSo(ticket) ? ticket : undefined
    },
    `Ticket #${number} did not become ${what}.`,
  )
  await cardOf(stage, now)
  return now
}

/** People who have no form open, those of the team first: whoever plays at the page is not disturbed. */
export function freePeople({ people, slack }: Stage, team?: Ticket['team']): readonly Person[] {
  const free = people.filter(({ slackUser }) => slack.as(slackUser).modal() === undefined)
  const isInTeam = ({ teams }: Person) => team !== undefined && teams.includes(team)
  return [...free.filter(isInTeam), ...free.filter((person) => !isInTeam(person))]
}

export const nameIn = ({ people }: Pick<Stage, 'people'>, id: string | undefined): string =>
  people.find((person) => person.id === id)?.name ?? id ?? 'nobody'

/** "#12 outage P1", as a scene names its tickets. */
export const inShort = ({ number, topic, priority }: Ticket): string =>
  [`#${number}`, topic ?? 'topic unclear', priority].filter(Boolean).join(' ')

export const isUrgent = ({ priority }: { readonly priority: Priority | undefined }): boolean => priority === 'P1'

/** "1.2 s" */
export const seconds = (ms: number): string => `${(Math.max(0, ms) / 1_000).toFixed(1)} s`
