import type { KnownBlock } from '@slack/types'
import { isCalling } from '../../core/on-call.ts'
import type { Team } from '../../core/person.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { Timestamp } from '../../core/time.ts'
import { actions, button, section } from './blocks.ts'
import { buttonsOf } from './buttons.ts'
import type { CardView } from './card-view.ts'
import { subjectLine } from './digest.ts'
import { channelMention, escapeText, link } from './escape.ts'
import { PRIORITY_WORDS, slackDate, upperFirst } from './words.ts'

/** A ticket with the web address of its card, where one is known. */
export interface HomeTicket {
  readonly ticket: Ticket
  readonly card: string | undefined
}

export type HomeWords = Pick<CardView, 'now' | 'nameOf' | 'topicName'>

/** What can be clicked on the Home tab; the rest is on the card. */
const BUTTONS = ['accept', 'acknowledge', 'resolve', 'hand-back']
const SUBJECT = 110

/** One of somebody's own tickets: two lines and its buttons, the same that its card has. */
export function ownTicket({ ticket, card }: HomeTicket, team: Team | undefined, words: HomeWords): KnownBlock[] {
  const { id, version, requester, messages } = ticket
  const sender = escapeText(requester.name || requester.email || '', 80)
  const told = [
    dueWords(ticket, words.now),
    ...(isCalling(ticket) ? ['🚨 nobody has acknowledged the call'] : []),
    ticket.status === 'offered' ? 'offered to you, not accepted yet' : 'you are on it',
    ...(messages > 1 ? [`${messages} messages`] : []),
    ...(sender ? [`from ${sender}`] : []),
    ...(card || !team ? [] : [`in ${channelMention(team.channel, escapeText(team.name, 60))}`]),
  ]
  const value = `${id}:${version}`
  return [
    section(
      `${urgency(ticket, words)} · ${name({ ticket, card }, SUBJECT)}\n${upperFirst(told.filter(Boolean).join(' · '))}`,
    ),
    ...actions([
      ...buttonsOf(ticket, words.now, BUTTONS),
      button({ actionId: 'waybill:read', label: 'Read all', value }),
      button({ actionId: 'waybill:why', label: 'Why here', value }),
    ]),
  ]
}

/** A ticket somebody else should take, in one line. */
export function waitingLine({ ticket, card }: HomeTicket, words: HomeWords): string {
  const { assignee, status } = ticket
  const whose =
    status === 'offered' && assignee ? `offered to ${escapeText(words.nameOf(assignee), 40)}` : 'offered to nobody'
  return `${urgency(ticket, words)} · ${[name({ ticket, card }, 70), dueWords(ticket, words.now), whose].filter(Boolean).join(' · ')}`
}

/** Whether the customer waits for a first answer longer than promised. */
export const isOverdue = ({ respondBy, status }: Ticket, now: Timestamp): boolean =>
  status !== 'accepted' && status !== 'resolved' && respondBy !== undefined && now > respondBy

function urgency({ priority, topic }: Ticket, { topicName }: HomeWords): string {
  const about = topic ? escapeText(topicName(topic), 60) : 'topic unclear'
  if (!priority) return `▫️ *${about}*`
  const { sign, word } = PRIORITY_WORDS[priority]
  return `${sign} *${priority} ${word} · ${about}*`
}

const name = ({ ticket, card }: HomeTicket, max: number): string =>
  link(card, `#${ticket.number} ${subjectLine(ticket, max)}`)

function dueWords(ticket: Ticket, now: Timestamp): string {
  if (!ticket.respondBy || ticket.status === 'accepted') return ''
  return `reply due ${slackDate(ticket.respondBy)}${isOverdue(ticket, now) ? ', *overdue*' : ''}`
}
