import type { Ticket } from '../../core/ticket.ts'
import { escapeText } from './escape.ts'
import { slackDate } from './words.ts'

/** About two lines of a desktop window, in UTF-16 units. */
const TWO_LINES = 180

/** What the customer wants: the language model's summary where it says more than the subject, or the customer's own first words, in quotation marks. */
export function digest({ classification, subject, body }: Ticket): string {
  const summary = classification?.summary
  // The subject stands right above.
  if (summary && bare(summary) !== bare(subject.replace(PREFIXES, ''))) return escapeText(summary, 300)
  const text = unwrapped(body.slice(0, 4000)).replace(GREETING, '')
  const sentences = Array.from(SENTENCES.segment(text), ({ segment }) => segment)
  // "Thanks." says nothing about what somebody wants.
  const telling = sentences.filter((sentence) => sentence.trim().length > 15)
  const words = (telling.length > 0 ? telling : sentences).slice(0, 2).join('')
  const shown = escapeText(words, TWO_LINES)
  // Inside the isolation of words from right to left, so that the marks stand on their right side too.
  return shown === '' ? '(no text)' : shown.replace(/^(\u2068?)(.*?)(\u2069?)$/su, '$1“$2”$3')
}

/** The customer's newest message, once there is more than the first. */
export function wroteAgain({ latestMessage }: Pick<Ticket, 'latestMessage'>): readonly string[] {
  if (!latestMessage) return []
  const { excerpt, at, reopened } = latestMessage
  const what = reopened ? '↩️ *Opened again* by the customer' : '💬 *Customer wrote again*'
  return [`${what}, ${slackDate(at)}: “${escapeText(unwrapped(excerpt), TWO_LINES)}”`]
}

/** The subject as a mail program would file it: without the "Re: Fwd: [EXTERNAL]" that piles up in front. */
export function subjectLine({ subject }: Pick<Ticket, 'subject'>, max: number): string {
  return escapeText(subject.replace(PREFIXES, ''), max) || escapeText(subject, max) || '(no subject)'
}

/** What is left to compare when marks and capitals are not. */
const bare = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' })
const PREFIXES = /^(?:\s*(?:(?:re|fwd?|aw|wg|antw|sv|tr|rv)(?:\[\d{1,3}\])?\s*:|\[external\]))+\s*/i
const GREETING =
  /^\s*(?:hi|hello|hey|hallo|moin|dear|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening)|bonjour|hola|ciao|sehr geehrte[rs]?)(?:[ \t]+[^\s,!]+){0,3}[,!]\s*/i

/** Mail programs break lines in the middle of sentences; an empty line is a real break. */
const unwrapped = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/([^\n])\n(?!\n)/g, '$1 ')
