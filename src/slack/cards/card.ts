import type { Button } from '@slack/types'
import type { Account } from '../../core/customer.ts'
import { isCalling } from '../../core/on-call.ts'
import type { Ticket } from '../../core/ticket.ts'
import { actions, button, context, fields, type RenderedMessage, section } from './blocks.ts'
import { buttonsOf } from './buttons.ts'
import type { CardView } from './card-view.ts'
import { digest, subjectLine, wroteAgain } from './digest.ts'
import { escapeText, link, mention } from './escape.ts'
import { provenance } from './provenance.ts'
import { standing, whyHere } from './standing.ts'
import { counted, euros, FLAG_WORDS, listed, PRIORITY_WORDS, sentimentWord, slackDate, utcTime } from './words.ts'

/** The one picture of a ticket. Everything that customers or partners wrote passes `escapeText`. */
export function renderCard(ticket: Ticket, view: CardView): RenderedMessage {
  if (ticket.status === 'resolved') return renderResolved(ticket, view)

  const { words, colour } = standing(ticket, view)
  return {
    text: `${sentence(ticket, view)} ${words}`,
    blocks: [
      section(`${headline(ticket, view)}\n${link(view.original, subjectLine(ticket, SUBJECT))}`, view.blockId),
      section([digest(ticket), ...wroteAgain(ticket)].join('\n')),
      ...fields(facts(ticket, view, forLine(ticket, view))),
      ...context([...nobodyCould(ticket, view), ...provenance(ticket, view)]),
      ...actions([...buttonsOf(ticket, view.now), readAll(ticket)]),
    ],
    attachments: [{ color: colour, fallback: words, blocks: context([words]) }],
  }
}

/** The stub that stays in a channel the ticket has left: one line, no buttons. */
export function renderMoved(ticket: Ticket, view: CardView, card?: string): RenderedMessage {
  const where = ticket.team ? escapeText(view.teamName(ticket.team), 80) : 'triage'
  const line = `#${ticket.number} moved to ${where}: ${subjectLine(ticket, SHORT_SUBJECT)}`
  const see = card ? ` · ${link(card, 'See its card')}` : ''
  return { text: line, blocks: [section(`↪️ ${line}${see}`, view.blockId)], attachments: [] }
}

/** The direct message to somebody on call. */
export function renderPage(
  ticket: Ticket,
  view: CardView,
  page: { readonly because: string; readonly card?: string | undefined },
): RenderedMessage {
  const open = page.card
    ? [button({ actionId: 'waybill:open-card', label: 'Open the card', value: ticket.id, url: page.card })]
    : []
  if (ticket.status === 'resolved') return renderResolved(ticket, view, open)

  const { words, colour } = standing(ticket, view)
  const because = escapeText(page.because, 300)
  const acknowledge = buttonsOf(ticket, view.now, ['acknowledge'], 'acknowledge')
  return {
    text: `${isCalling(ticket) ? '🚨 ' : ''}${sentence(ticket, view)} ${because} ${words}`,
    blocks: [
      section(
        [
          `${isCalling(ticket) ? '🚨' : '☑️'} *${because}*`,
          headline(ticket, view),
          link(view.original, subjectLine(ticket, SUBJECT)),
        ].join('\n'),
        view.blockId,
      ),
      section([digest(ticket), ...wroteAgain(ticket)].join('\n')),
      ...fields(facts(ticket, view)),
      ...actions([...acknowledge, readAll(ticket), ...open]),
    ],
    attachments: [{ color: colour, fallback: words, blocks: context([words]) }],
  }
}

function renderResolved(ticket: Ticket, view: CardView, buttons = buttonsOf(ticket, view.now)): RenderedMessage {
  const { words, colour } = standing(ticket, view)
  const line = `#${ticket.number} ${link(view.original, subjectLine(ticket, SHORT_SUBJECT))} · ${topicOf(ticket, view)}`
  return {
    text: `#${ticket.number} ${subjectLine(ticket, SHORT_SUBJECT)}: ${words}`,
    blocks: [section(`✅ ${line}`, view.blockId), ...actions(buttons)],
    attachments: [{ color: colour, fallback: words, blocks: context([words]) }],
  }
}

/** Opens the conversation; see modals/conversation.ts. */
const readAll = ({ id, version }: Ticket): Button =>
  button({ actionId: 'waybill:read', label: 'Read all', value: `${id}:${version}` })

/** Longest subjects, in UTF-16 units: two lines on a card, one elsewhere. */
const SUBJECT = 140
const SHORT_SUBJECT = 90

function headline(ticket: Ticket, view: CardView): string {
  if (!ticket.priority) return `▫️ *Being read* · #${ticket.number}`
  const { sign, word } = PRIORITY_WORDS[ticket.priority]
  return `${sign} *${ticket.priority} ${word} · ${topicOf(ticket, view)}* · #${ticket.number}`
}

function sentence(ticket: Ticket, view: CardView): string {
  const urgency = ticket.priority ? `${ticket.priority} ${PRIORITY_WORDS[ticket.priority].word} ticket` : 'Ticket'
  const due = ticket.respondBy ? ` Reply due ${utcTime(ticket.respondBy)}.` : ''
  return `${urgency} #${ticket.number} “${subjectLine(ticket, 120)}” from ${senderOf(ticket, view)}.${due}`
}

/** One line each, so that a phone, which shows them one below the other, needs no scrolling. */
function facts(ticket: Ticket, view: CardView, offeredTo?: string): readonly string[] {
  const { classification } = ticket
  const { account, openTickets } = view
  const flags = classification?.flags ?? []
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Customer', [senderOf(ticket, view), ...(account ? [escapeText(account.name, 80)] : [])].join(', ')],
    ['Account', account && accountLine(account)],
    ['Reply due', dueLine(ticket, view)],
    ['For', offeredTo],
    [
      'Reads as',
      classification && [classification.intent, sentimentWord(classification.sentiment)].filter(Boolean).join(', '),
    ],
    ['Risk', flags.length > 0 ? listed(flags.map((flag) => FLAG_WORDS[flag])) : undefined],
    ['Also open', account && openTickets > 0 ? counted(openTickets, 'other ticket') : undefined],
    ['Messages', ticket.messages > 1 ? String(ticket.messages) : undefined],
    ['Escalated', ticket.escalation > 0 ? times(ticket.escalation) : undefined],
  ]
  return rows.flatMap(([label, value]) => (value ? [`*${label}:* ${value}`] : []))
}

function accountLine({ tier, value }: Account): string {
  const worth = value === undefined ? [] : [`${euros(value)} a year`]
  return [escapeText(tier, 40), ...worth].join(' · ')
}

function dueLine({ respondBy }: Ticket, { now }: CardView): string | undefined {
  if (!respondBy) return undefined
  return now > respondBy ? `${slackDate(respondBy)}, overdue` : slackDate(respondBy)
}

/** Whom it is offered to and why; once somebody is on it, the state says so. */
function forLine(ticket: Ticket, view: CardView): string | undefined {
  const { assignee, status } = ticket
  if (!assignee || status !== 'offered') return undefined
  return `${mention(view.slackUserOf(assignee), escapeText(view.nameOf(assignee), 60))}: ${whyHere(ticket, view)}`
}

/** Why nobody was offered it, while that is so: what keeps each person of the team. */
function nobodyCould({ status, decision, reassignments, team }: Ticket, view: CardView): readonly string[] {
  if (status !== 'queued' || reassignments > 0 || decision?.destination.kind !== 'queue') return []
  // Everybody else is excluded with this one reason, which says nothing here.
  const inTeam = decision.ranking.excluded.filter(({ reason }) => reason !== `is not in team ${team}`)
  if (inTeam.length === 0) return ['Offered to nobody: the team has no members yet.']
  const named = inTeam
    .slice(0, MOST_NAMED)
    .map(({ person, reason }) => `${view.nameOf(person)}: ${reason.replace(/^is /, '')}`)
  const more = inTeam.length > MOST_NAMED ? [`${inTeam.length - MOST_NAMED} more cannot either`] : []
  return [`Offered to nobody: ${escapeText([...named, ...more].join('; '), 400)}.`]
}

const MOST_NAMED = 4

function topicOf({ topic, status, classification }: Ticket, view: CardView): string {
  if (!topic) return 'topic unclear'
  const first = escapeText(view.topicName(topic), 80)
  if (status !== 'triage') return first
  // Nobody has confirmed it, and a guess must not look like a fact.
  const second = classification?.secondTopic
  return second ? `${first} or ${escapeText(view.topicName(second), 80)}?` : `${first}?`
}

function senderOf({ requester }: Ticket, { account }: CardView): string {
  return escapeText(requester.name || requester.email || '', 100) || (account ? 'somebody' : 'somebody unknown')
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
