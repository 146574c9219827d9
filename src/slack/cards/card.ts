import type { Account } from '../../core/customer.ts'
import type { Ticket } from '../../core/ticket.ts'
import { msBetween } from '../../core/time.ts'
import { actions, button, context, fields, type RenderedMessage, section } from './blocks.ts'
import { buttonsOf } from './buttons.ts'
import type { CardView } from './card-view.ts'
import { escapeText, link, mention } from './escape.ts'
import { standing, whyHere } from './standing.ts'
import { duration, euros, listed, PRIORITY_WORDS, percent, sentimentWord, slackDate, utcTime } from './words.ts'

/** The one picture of a ticket. Everything that customers or partners wrote passes `escapeText`. */
export function renderCard(ticket: Ticket, view: CardView): RenderedMessage {
  if (ticket.status === 'resolved') return renderResolved(ticket, view)

  const { words, colour } = standing(ticket, view)
  return {
    text: `${sentence(ticket, view)} ${words}`,
    blocks: [
      section(`${headline(ticket, view)}\n${link(view.original, subjectOf(ticket, 200))}`, view.blockId),
      section(summaryOf(ticket)),
      ...fields(facts(ticket, view)),
      ...context(provenance(ticket)),
      ...actions(buttonsOf(ticket, view.now)),
    ],
    attachments: [{ color: colour, fallback: words, blocks: context([words]) }],
  }
}

/** The stub that stays in a channel the ticket has left: one line, no buttons. */
export function renderMoved(ticket: Ticket, view: CardView, card?: string): RenderedMessage {
  const where = ticket.team ? escapeText(view.teamName(ticket.team), 80) : 'triage'
  const line = `#${ticket.number} ${subjectOf(ticket, 120)} moved to ${where}.`
  const see = card ? ` ${link(card, 'See its card')}` : ''
  return { text: line, blocks: [section(`↪️ ${line}${see}`, view.blockId)], attachments: [] }
}

/** The direct message to somebody on call. */
export function renderPage(
  ticket: Ticket,
  view: CardView,
  page: { readonly because: string; readonly card?: string | undefined },
): RenderedMessage {
  const { words, colour } = standing(ticket, view)
  const team = ticket.team ? ` for ${escapeText(view.teamName(ticket.team), 80)}` : ''
  const acknowledge = buttonsOf(ticket, view.now, ['acknowledge'], 'acknowledge')
  const open = page.card
    ? [button({ actionId: 'waybill:open-card', label: 'Open the card', value: ticket.id, url: page.card })]
    : []
  return {
    text: `You are on call${team}: ${sentence(ticket, view)} ${words}`,
    blocks: [
      section(
        `🚨 *You are on call${team}*\n${headline(ticket, view)}\n${link(view.original, subjectOf(ticket, 200))}`,
        view.blockId,
      ),
      section(summaryOf(ticket)),
      ...fields([`*Why you*\n${escapeText(page.because, 300)}`, ...facts(ticket, view).slice(0, 6)]),
      ...actions([...acknowledge, ...open]),
    ],
    attachments: [{ color: colour, fallback: words, blocks: context([words]) }],
  }
}

function renderResolved(ticket: Ticket, view: CardView): RenderedMessage {
  const { words, colour } = standing(ticket, view)
  const line = `✅ #${ticket.number} ${link(view.original, subjectOf(ticket, 120))} · ${words}`
  return {
    text: `#${ticket.number} ${subjectOf(ticket, 120)}: ${words}`,
    blocks: [section(line, view.blockId), ...actions(buttonsOf(ticket, view.now))],
    attachments: [{ color: colour, fallback: words, blocks: context([`Resolved. ${topicOf(ticket, view)}`]) }],
  }
}

function headline(ticket: Ticket, view: CardView): string {
  const { sign, word } = ticket.priority ? PRIORITY_WORDS[ticket.priority] : { sign: '▫️', word: 'being read' }
  return `${sign} *${[ticket.priority, word].filter(Boolean).join(' ')} · ${topicOf(ticket, view)}* · #${ticket.number}`
}

function sentence(ticket: Ticket, view: CardView): string {
  const urgency = ticket.priority ? `${ticket.priority} ${PRIORITY_WORDS[ticket.priority].word} ` : ''
  const from = senderOf(ticket, view)
  const due = ticket.respondBy ? ` Reply due ${utcTime(ticket.respondBy)}.` : ''
  return `${urgency}ticket #${ticket.number} “${subjectOf(ticket, 120)}” from ${from}.${due}`
}

function facts(ticket: Ticket, view: CardView): readonly string[] {
  const { classification } = ticket
  const { account } = view
  const flags = classification?.flags ?? []
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Customer', senderOf(ticket, view)],
    ['Account', account && accountLine(account)],
    ['Open tickets', account && (view.openTickets === 0 ? 'no others' : `${view.openTickets} others`)],
    [
      'Reads as',
      classification && [classification.intent, sentimentWord(classification.sentiment)].filter(Boolean).join(', '),
    ],
    ['Risk', flags.length > 0 ? listed(flags) : undefined],
    ['Reply due', dueLine(ticket, view)],
    ['Team', ticket.team && escapeText(view.teamName(ticket.team), 80)],
    ['For', forLine(ticket, view)],
    ['Why here', queueLine(ticket)],
    ['Messages', ticket.messages > 1 ? String(ticket.messages) : undefined],
    ['Called for help', ticket.escalation > 0 ? times(ticket.escalation) : undefined],
  ]
  return rows.flatMap(([label, value]) => (value ? [`*${label}*\n${value}`] : []))
}

function accountLine({ name, tier, value }: Account): string {
  const worth = value === undefined ? [] : [`${euros(value)} a year`]
  return [escapeText(name, 80), escapeText(tier, 40), ...worth].join(' · ')
}

/** In the team's terms: when, and how long after the ticket arrived that is. */
function dueLine({ respondBy, receivedAt }: Ticket, { now }: CardView): string | undefined {
  if (!respondBy) return undefined
  if (now > respondBy) return `${slackDate(respondBy)} (overdue)`
  return `${slackDate(respondBy)} (${duration(msBetween(receivedAt, respondBy))} after it arrived)`
}

function forLine(ticket: Ticket, view: CardView): string | undefined {
  const { assignee, status } = ticket
  if (!assignee) return undefined
  const name = escapeText(view.nameOf(assignee), 60)
  // Whoever accepted has clicked; a mention would only ring their own bell.
  const who = status === 'offered' ? mention(view.slackUserOf(assignee), name) : name
  return `${who}: ${whyHere(ticket, view)}`
}

/** Why nobody was offered it, while that is so. */
function queueLine({ status, decision, reassignments }: Ticket): string | undefined {
  if (status !== 'queued' || reassignments > 0 || decision?.destination.kind !== 'queue') return undefined
  return escapeText(decision.because.join('; '), 300)
}

function provenance(ticket: Ticket): readonly string[] {
  const { classification, decision, degraded } = ticket
  const notes: string[] = []
  if (classification && decision)
    notes.push(`${percent(classification.confidence)} sure · policy v${decision.policyVersion} · ${readBy(ticket)}`)
  if (decision && decision.facts.missing.length > 0)
    notes.push(`Not known: ${escapeText(decision.facts.missing.join('; '), 300)}`)
  if (degraded) notes.push(`⚠️ This message could not be read properly: ${escapeText(degraded, 300)}`)
  return notes
}

function readBy({ classification }: Ticket): string {
  const voices = classification?.voices.map(({ id }) => VOICE_NAMES[id] ?? id) ?? []
  const missing = classification?.missing ?? []
  const read = `decided by ${escapeText(listed(voices) || 'nobody', 200)}`
  return missing.length === 0 ? read : `${read}; ${escapeText(missing.join('; '), 300)}`
}

const VOICE_NAMES: Readonly<Record<string, string>> = {
  rules: 'rules',
  learned: 'the learner',
  'language-model': 'the language model',
}

function summaryOf({ classification, body }: Ticket): string {
  const own = classification?.summary
  if (own) return escapeText(own, 400)
  const sentences = body.slice(0, 4000).match(/[^.!?\n]+[.!?]*/g) ?? []
  // A greeting is not a summary.
  const telling = sentences.filter((sentence) => sentence.trim().length > 15)
  return escapeText((telling.length > 0 ? telling : sentences).slice(0, 2).join(' '), 400) || '(no text)'
}

const subjectOf = ({ subject }: Ticket, max: number): string => escapeText(subject, max) || '(no subject)'

function topicOf({ topic, status, classification }: Ticket, view: CardView): string {
  if (!topic) return 'topic unclear'
  const first = escapeText(view.topicName(topic), 80)
  if (status !== 'triage') return first
  // Nobody has confirmed it, and a guess must not look like a fact.
  const second = classification?.secondTopic
  return second ? `${first} or ${escapeText(view.topicName(second), 80)}?` : `${first}?`
}

function senderOf({ requester }: Ticket, { account }: CardView): string {
  const who = escapeText(requester.name || requester.email || '', 100)
  if (who) return who
  return account ? escapeText(account.name, 80) : 'somebody unknown'
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
