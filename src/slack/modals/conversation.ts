import type { KnownBlock, ModalView } from '@slack/types'
import type { Ticket } from '../../core/ticket.ts'
import type { Timestamp } from '../../core/time.ts'
import { context, LIMITS, plain } from '../cards/blocks.ts'
import { escapeText } from '../cards/escape.ts'
import { slackDate } from '../cards/words.ts'

/** One message of a ticket, without its quotes and signature. */
interface Said {
  readonly author: string | undefined
  readonly subject: string
  readonly visible: string
  readonly receivedAt: Timestamp
}

/** A modal takes 100 blocks; the newest messages are the ones to keep. */
const MOST_MESSAGES = 20
const MOST_PARTS = 4

/** Everything the customer wrote, oldest first. Plain text throughout: nothing in it can become a link or a mention. */
export function conversationView(ticket: Ticket, messages: readonly Said[]): ModalView {
  const left = Math.max(0, messages.length - MOST_MESSAGES)
  return {
    type: 'modal',
    title: plain(`Ticket #${ticket.number}`, LIMITS.modalTitle),
    close: plain('Close', LIMITS.modalTitle),
    blocks: [
      { type: 'header', text: plain(ticket.subject.trim() || 'No subject', 150) },
      ...(left > 0 ? context([`${left} earlier messages are not shown.`]) : []),
      ...messages.slice(-MOST_MESSAGES).flatMap(shown),
    ],
  }
}

function shown({ author, visible, receivedAt }: Said): KnownBlock[] {
  const who = escapeText(author ?? 'Somebody without an address', 150)
  const parts = partsOf(visible)
  const cut = parts.length > MOST_PARTS ? context(['… the rest of this message is in its original.']) : []
  return [
    ...context([`${who} · ${slackDate(receivedAt)}`]),
    ...parts
      .slice(0, MOST_PARTS)
      .map((text): KnownBlock => ({ type: 'section', text: { ...plain(text, LIMITS.text), emoji: false } })),
    ...cut,
  ]
}

/** Pieces that Slack takes, broken at a line end where there is one. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = []
  let rest = text.trim() || '(no text)'
  while (rest.length > LIMITS.text) {
    const lineEnd = rest.lastIndexOf('\n', LIMITS.text)
    const end = lineEnd > LIMITS.text / 2 ? lineEnd : LIMITS.text - 1
    const isSplit = /[\uD800-\uDBFF]/.test(rest[end - 1] ?? '')
    parts.push(rest.slice(0, isSplit ? end - 1 : end))
    rest = rest.slice(isSplit ? end - 1 : end).trimStart()
  }
  return [...parts, rest]
}
