import { convert, type HtmlToTextOptions } from 'html-to-text'
import PostalMime, { type Address, type Email } from 'postal-mime'
import { plainLine, plainText } from '../plain-text.ts'
import { isAutomatic } from './automatic.ts'
import { readHeaderLines } from './header-lines.ts'
import { visibleText } from './visible-text.ts'

export interface ParsedMail {
  readonly subject: string
  readonly from: { readonly email: string | undefined; readonly name: string | undefined }
  /** The Date header as it could be read; nobody checked it against the clock. */
  readonly date: string | undefined
  readonly messageId: string | undefined
  /** In-Reply-To and References, oldest first, with their angle brackets. */
  readonly references: readonly string[]
  readonly text: string
  readonly visible: string
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[]
  readonly automatic: boolean
  /** What was left out or could not be decoded; `undefined` when all is well. */
  readonly loss: string | undefined
}

/** Limits of one mail. Deeper nesting or a larger header makes `parseMail` reject; longer text and lists are cut, which `loss` says. */
export const MAIL_LIMITS = {
  depth: 100,
  headerBytes: 2 * 1024 * 1024,
  textCharacters: 500_000,
  htmlCharacters: 4_000_000,
  parts: 1_000,
  references: 100,
  lineCharacters: 500,
} as const

/** One of these makes a text a mail. */
export const MAIL_HEADERS: ReadonlySet<string> = new Set([
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'mime-version',
  'content-type',
])

/** Reads one mail (RFC 5322, MIME). Rejects when it is beyond the limits or no mail at all; bad character sets never stop it. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = await PostalMime.parse(raw, {
    maxNestingDepth: MAIL_LIMITS.depth,
    maxHeadersSize: MAIL_LIMITS.headerBytes,
    attachmentEncoding: 'arraybuffer',
  })
  if (!mail.headers.some(({ key }) => MAIL_HEADERS.has(key))) throw new Error('it has no mail header')

  const from = mailboxOf(mail.from ?? mail.sender)
  const { text, visible, cut } = textsOf(mail)
  const attachments = mail.attachments.slice(0, MAIL_LIMITS.parts).map((attachment) => ({
    name: plainLine(attachment.filename ?? '', 255),
    type: plainLine(attachment.mimeType, 100),
    bytes: typeof attachment.content === 'string' ? attachment.content.length : attachment.content.byteLength,
  }))
  const losses = [
    !mail.from && !mail.subject && !mail.messageId && !mail.date && 'it has none of From, Subject, Message-ID and Date',
    cut && `the text is cut after ${MAIL_LIMITS.textCharacters} characters`,
    mail.attachments.length > MAIL_LIMITS.parts &&
      `${mail.attachments.length} attachments, the first ${MAIL_LIMITS.parts} are listed`,
    text === '' && hasBody(raw, mail) && 'no readable text was found in it',
    text.includes('\ufffd') && 'some characters could not be decoded',
  ].filter((loss) => typeof loss === 'string')

  return {
    subject: plainLine(mail.subject ?? '', MAIL_LIMITS.lineCharacters),
    from,
    date: mail.date,
    messageId: idsIn(mail.messageId).at(0),
    references: [...new Set([...idsIn(mail.references), ...idsIn(mail.inReplyTo)])].slice(-MAIL_LIMITS.references),
    text,
    visible,
    attachments,
    automatic: isAutomatic((name) => mail.headers.find(({ key }) => key === name)?.value, from.email),
    loss: losses.length > 0 ? losses.join('; ') : undefined,
  }
}

/** Message ids in a header value; a program that leaves out the brackets is understood too. */
export function idsIn(value: string | undefined): string[] {
  const text = (value ?? '').slice(0, 64 * 1024)
  const bracketed = text.match(/<[^<>\s]{1,500}>/gu)
  if (bracketed) return bracketed.map((id) => plainLine(id, 1_000))
  return text
    .split(/[\s,<>]+/u)
    .filter((id) => /^[^@]+@[^@]+$/u.test(id) && id.length < 500)
    .map((id) => `<${plainLine(id, 1_000)}>`)
}

function mailboxOf(address: Address | undefined): ParsedMail['from'] {
  const mailbox = address?.group === undefined ? address : address.group[0]
  const email = plainLine(mailbox?.address ?? '', 320)
  const name = plainLine(mailbox?.name ?? '', MAIL_LIMITS.lineCharacters)
  return { email: email.includes('@') ? email : undefined, name: name === '' ? undefined : name }
}

function textsOf(mail: Email): { text: string; visible: string; cut: boolean } {
  const longest = MAIL_LIMITS.textCharacters
  if (mail.text?.trim()) {
    const text = plainText(mail.text.slice(0, longest)).trim()
    return { text, visible: visibleText(text), cut: mail.text.length > longest }
  }
  const html = (mail.html ?? '').slice(0, MAIL_LIMITS.htmlCharacters)
  const whole = htmlText(html, 'keep') || convert(withoutTags(html), { wordwrap: false })
  const text = plainText(whole.slice(0, longest)).trim()
  const answer = plainText(htmlText(html, 'skip').slice(0, longest)).trim()
  return {
    text,
    visible: visibleText(answer === '' ? text : answer),
    cut: whole.length > longest || (mail.html?.length ?? 0) > html.length,
  }
}

/** Is there something in a mail of one part, though no text came out of it? */
function hasBody(raw: Uint8Array, mail: Email): boolean {
  const type = mail.headers.find(({ key }) => key === 'content-type')?.value ?? 'text/plain'
  if (mail.attachments.length > 0 || /^\s*multipart\//iu.test(type)) return false
  return raw.subarray(readHeaderLines(raw).bodyStart).some((byte) => byte > 0x20)
}

const HTML_TEXT: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxInputLength: MAIL_LIMITS.htmlCharacters },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'title', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...['td', 'th'].map((selector) => ({ selector, format: 'inlineSurround', options: { suffix: ' ' } })),
  ],
}
const HTML_ANSWER: HtmlToTextOptions = {
  ...HTML_TEXT,
  selectors: [...(HTML_TEXT.selectors ?? []), { selector: 'blockquote', format: 'skip' }],
}

/** HTML as text, with or without what it quotes. Nested beyond all reason it is only freed of its tags. */
function htmlText(html: string, quotes: 'keep' | 'skip'): string {
  if (isTooDeep(html)) return convert(withoutTags(html), { wordwrap: false })
  return convert(html, quotes === 'keep' ? HTML_TEXT : HTML_ANSWER)
}

/** Elements that have no end tag, or whose end tag people leave out. */
const UNCLOSED = /^(?:br|img|hr|input|meta|link|col|area|base|wbr|source|p|li|dt|dd|option)$/iu
const DEEPEST_HTML = 500

function isTooDeep(html: string): boolean {
  let depth = 0
  for (const [, end, name] of html.matchAll(/<(\/?)([a-z][a-z\d]{0,15})/giu)) {
    if (UNCLOSED.test(name ?? '')) continue
    depth = end === '/' ? Math.max(0, depth - 1) : depth + 1
    if (depth > DEEPEST_HTML) return true
  }
  return false
}

function withoutTags(html: string): string {
  const parts: string[] = []
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    parts.push(html.slice(at, open < 0 ? html.length : open))
    if (open < 0) break
    const hidden = /^<(script|style)\b/iu.exec(html.slice(open, open + 10))?.[1]
    const from = hidden ? html.indexOf(`</${hidden}`, open) : open
    const close = from < 0 ? -1 : html.indexOf('>', from)
    if (close < 0) break
    at = close + 1
  }
  return parts.join(' ')
}
