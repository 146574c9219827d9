import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { TicketId } from '../core/ids.ts'
import { may } from '../core/permissions.ts'
import { msBetween, SECOND, type Timestamp } from '../core/time.ts'
import type { Clock, Directory, LessonStore, Log, PolicyStore, TicketStore } from '../ports.ts'
import type { Action, FormContext } from './action.ts'
import type { HomeTabs } from './home-tab.ts'
import { conversationView } from './modals/conversation.ts'
import { whyView } from './modals/why.ts'
import { type Click, namesOf, orRefusal, refusalOf } from './perform-action.ts'
import { codeOf, type Ear, type WhisperTo } from './whisper.ts'

/** What the listeners work with. */
export interface Desk {
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly lessons: Pick<LessonStore, 'ofTicket'>
  readonly clock: Clock
  readonly log: Log
  /** For what people wait for: a rate limit on posts must not eat a trigger. */
  readonly interactive: WebClient
  readonly whisper: WhisperTo
  /** For commands, which are typed where the bot may be no member. */
  readonly answer: WhisperTo
  /** Draws the card of this ticket anew. */
  readonly refreshCard: (ticket: TicketId) => Promise<void>
  readonly homes: HomeTabs
  /** The ticket an outbox key belongs to. */
  readonly ticketOfPost: (key: string) => Promise<TicketId | undefined>
}

/** A click that asks for a window. */
export type Opening = Click & { readonly triggerId: string; readonly receivedAt: Timestamp | undefined }

/** Slack forgets a trigger, and stops waiting for a form, after this long. */
const TRIGGER_MS = 3 * SECOND
const TRIGGER_GONE = ['expired_trigger_id', 'trigger_expired', 'exchanged_trigger_id', 'trigger_exchanged']

/** Whether Slack still waits: false for what is taken up again after a restart. */
export const isFresh = ({ clock }: Desk, receivedAt: Timestamp | undefined): boolean =>
  receivedAt === undefined || msBetween(receivedAt, clock.now()) <= TRIGGER_MS

/** What forms are drawn from and read with; `undefined` before the first policy. */
export async function formContext({ directory, policies }: Desk): Promise<FormContext | undefined> {
  const [nameOf, teams, agents, policy] = await Promise.all([
    namesOf(directory),
    directory.teams(),
    directory.agents(),
    policies.current(),
  ])
  return policy && { nameOf, teams, agents, policy }
}

/** Opens the form of an action; resolves with what to whisper when it cannot be opened. */
export async function openForm(desk: Desk, action: Action, click: Opening): Promise<string | undefined> {
  const refused = await refusalOf(action, click, desk)
  if (refused) return refused
  const context = await formContext(desk)
  if (!context) return 'There is no policy yet. An admin imports one with “waybill policy import”.'
  if (!action.form || !isFresh(desk, click.receivedAt)) return clickAgain(action.label)
  return openView(desk, click.triggerId, action.form.view(await desk.tickets.get(click.ticket), context), action.label)
}

/** Opens everything that was written about a ticket; resolves with what to whisper when it cannot be opened. */
export async function openConversation(desk: Desk, click: Opening): Promise<string | undefined> {
  const { tickets, directory } = desk
  const verdict = may(await directory.bySlackUser(click.slackUser), 'read')
  if ('refused' in verdict) return verdict.refused
  if (!isFresh(desk, click.receivedAt)) return clickAgain('Read all')
  const found = await orRefusal(() => Promise.all([tickets.get(click.ticket), tickets.messages(click.ticket)]))
  if ('refused' in found) return found.refused
  const [ticket, messages] = found
  return openView(desk, click.triggerId, conversationView(ticket, messages), 'Read all')
}

/** Opens why a ticket is where it is; resolves with what to whisper when it cannot be opened. */
export async function openWhy(desk: Desk, click: Opening, label: string): Promise<string | undefined> {
  const { tickets, directory, lessons: log } = desk
  const verdict = may(await directory.bySlackUser(click.slackUser), 'why')
  if ('refused' in verdict) return verdict.refused
  if (!isFresh(desk, click.receivedAt)) return clickAgain(label)
  const found = await orRefusal(() =>
    Promise.all([
      tickets.get(click.ticket),
      tickets.events(click.ticket),
      log.ofTicket(click.ticket),
      namesOf(directory),
    ]),
  )
  if ('refused' in found) return found.refused
  const [ticket, events, lessons, nameOf] = found
  return openView(desk, click.triggerId, whyView(ticket, { events, lessons }, nameOf), label)
}

async function openView(desk: Desk, triggerId: string, view: ModalView, label: string): Promise<string | undefined> {
  try {
    await desk.interactive.views.open({ trigger_id: triggerId, view })
    return undefined
  } catch (error) {
    const code = codeOf(error)
    desk.log.warn({ button: label, code }, 'a modal could not be opened')
    return TRIGGER_GONE.includes(code) ? clickAgain(label) : `${clickAgain(label)} (${code})`
  }
}

/** A form has no channel of its own: its person is told where the ticket is. */
export async function tellNearTicket(desk: Desk, user: string, ticket: TicketId, text: string): Promise<void> {
  const { tickets, directory, policies, whisper } = desk
  const team = (await tickets.get(ticket).catch(() => undefined))?.team
  const channel = team ? (await directory.team(team))?.channel : (await policies.current())?.triageChannel
  await whisper({ user, channel }, { text })
}

/** Whispers where the click was made; the Home tab is no channel, so whom no window reaches is told near the ticket. */
export async function tellWhoClicked(desk: Desk, ear: Ear, ticket: TicketId, text: string): Promise<void> {
  const isHeard = await desk.whisper(ear, { text })
  if (!isHeard && !ear.channel) await tellNearTicket(desk, ear.user, ticket, text)
}

/** Says why a click did nothing, and heals the card it was made on when that was out of date. */
export async function refuseClick(
  desk: Desk,
  ear: Ear,
  card: { readonly ticket: TicketId; readonly version: number },
  text: string,
): Promise<void> {
  const { tickets, refreshCard } = desk
  await tellWhoClicked(desk, ear, card.ticket, text)
  const current = await tickets.get(card.ticket).catch(() => undefined)
  if (current && current.version !== card.version) await refreshCard(card.ticket)
}

const clickAgain = (label: string): string =>
  `That took too long for Slack to open the form. Please click ${label} again.`
