import type { Ticket } from '../../core/ticket.ts'
import { type RenderedMessage, section } from './blocks.ts'
import type { CardView } from './card-view.ts'
import { subjectLine } from './digest.ts'
import { link } from './escape.ts'
import { standing } from './standing.ts'

/** What a page becomes when the ticket is no longer this person's to answer: two lines, no buttons. */
export function renderStoodDown(ticket: Ticket, view: CardView, card?: string): RenderedMessage {
  const { words } = standing(ticket, view)
  const line = `#${ticket.number} no longer needs you: ${subjectLine(ticket, 90)}`
  const see = card ? ` ${link(card, 'See its card')}` : ''
  return { text: `${line}. ${words}`, blocks: [section(`☑️ ${line}\n${words}${see}`, view.blockId)], attachments: [] }
}
