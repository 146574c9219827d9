import { createHash } from 'node:crypto'
import type { InboundTicket } from '../../core/ticket.ts'
import { DAY, fromEpochMs, type Timestamp, toEpochMs } from '../../core/time.ts'
import { isAutomatic } from '../../lib/mail/automatic.ts'
import { addressIn, decodeBytes, decodeWords, quotedBytes, readHeaderLines } from '../../lib/mail/header-lines.ts'
import { idsIn, MAIL_HEADERS, type ParsedMail } from '../../lib/mail/parse-mail.ts'
import { visibleText } from '../../lib/mail/visible-text.ts'
import { plainLine, plainText } from '../../lib/plain-text.ts'

/** Of a mail over the size limit this much is kept. */
export const KEPT_OF_GIANT_BYTES = 256 * 1024
/** This much of a mail that cannot be parsed is shown. */
const EXCERPT_CHARACTERS = 20_000

/** A parsed mail as a ticket. Its original is kept when something of it was lost on the way. */
export function mailInbound(mail: ParsedMail, raw: Uint8Array, now: Timestamp): InboundTicket {
  return {
    source: 'email',
    externalId: mail.messageId ?? hashOf(raw),
    references: mail.references.filter((id) => id !== mail.messageId),
    subject: mail.subject,
    body: mail.text,
    visible: mail.visible,
    requester: mail.from,
    receivedAt: sentAt(mail.date, now),
    fields: {},
    automatic: mail.automatic,
    attachments: mail.attachments,
    degraded: mail.loss,
    raw: mail.loss === undefined ? undefined : original(raw),
  }
}

/** The best that can be made of a mail nobody could parse: headers where there are some, readable lines, the original. */
export function degradedInbound(raw: Uint8Array, why: string, now: Timestamp): InboundTicket {
  const { header, bodyStart: afterHeader } = readHeaderLines(raw)
  const bodyStart = [...MAIL_HEADERS].some((name) => header(name) !== undefined) ? afterHeader : 0
  const sender = addressIn(header('from') ?? '')
  const requester = { email: sender.email, name: sender.name && plainLine(sender.name, 500) }
  const body = readableLines(raw.subarray(bodyStart, bodyStart + KEPT_OF_GIANT_BYTES))
  const messageId = idsIn(header('message-id')).at(0)
  const references = [...new Set([...idsIn(header('references')), ...idsIn(header('in-reply-to'))])]
  return {
    source: 'email',
    externalId: messageId ?? hashOf(raw),
    references: references.filter((id) => id !== messageId).slice(-100),
    subject: plainLine(decodeWords(header('subject') ?? ''), 500),
    body,
    visible: visibleText(body),
    requester,
    receivedAt: sentAt(header('date'), now),
    fields: {},
    automatic: isAutomatic(header, requester.email),
    attachments: [],
    degraded: plainLine(why, 500),
    raw: original(raw),
  }
}

/** Identity of a mail without a Message-ID: the same bytes are the same mail. */
const hashOf = (raw: Uint8Array): string => `sha256:${createHash('sha256').update(raw).digest('hex')}`

const original = (raw: Uint8Array): InboundTicket['raw'] => ({
  type: 'message/rfc822',
  base64: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64'),
})

/** The Date header where it can be true: after 1990 and not more than a day ahead. Otherwise now. */
function sentAt(date: string | undefined, now: Timestamp): Timestamp {
  const ms = Date.parse(date ?? '')
  const isSane = ms > Date.UTC(1990) && ms <= toEpochMs(now) + DAY
  return isSane ? fromEpochMs(ms) : now
}

/** Lines a person can read, of what may be MIME: no boundaries, no part headers, no base64, no tags. */
function readableLines(body: Uint8Array): string {
  const text = decodeBytes(body)
  const decoded = /=3D|=\r?\n|=[C-F][\dA-F]=/u.test(text) ? decodeBytes(quotedBytes(text)) : text
  const lines = plainText(decoded)
    .split('\n')
    .map((line) =>
      line
        .slice(0, 2_000)
        .replaceAll(/<[^<>]{1,500}>/gu, ' ')
        .trimEnd(),
    )
    .filter(
      (line) => !/^--\S{3,}$|^content-[a-z-]{1,40}:|^[A-Za-z\d+/=]{50,}$|^\s+(?:boundary|charset|name)=/iu.test(line),
    )
    .filter((line) => line.split('\ufffd').length <= line.length / 4 + 1)
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim()
    .slice(0, EXCERPT_CHARACTERS)
    .toWellFormed()
}
