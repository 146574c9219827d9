import { randomUUID } from 'node:crypto'
import nodemailer from 'nodemailer'
import * as z from 'zod'
import { SECOND } from '../core/time.ts'
import { ConfigError, RejectedError, UnavailableError } from '../errors.ts'
import { plainLine, plainText } from '../lib/plain-text.ts'
import type { Reply, ReplySender } from '../ports.ts'

export const SmtpSettings = z.object({
  SMTP_URL: z
    .url({ protocol: /^smtps?$/u, error: 'must look like smtp://user:password@host:587 or smtps://…:465' })
    .optional(),
  /** "Northwind Support <help@northwind.example>", or the address alone. */
  SMTP_FROM: z
    .string()
    .regex(/^(?:[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u, 'must be one address, with or without a name')
    .optional(),
})
export type SmtpSettings = z.infer<typeof SmtpSettings>

/** RFC 5322 section 2.1.1 allows 998; servers start to fold and cut before. */
const LONGEST_SUBJECT = 500
const TIMEOUT_MS = 20 * SECOND

/**
 * Sends replies by SMTP; `undefined` when nothing is configured, ConfigError when half of it is. A refusal for good
 * (5xx) rejects with RejectedError, anything that may pass with UnavailableError.
 */
export function smtpReply({ SMTP_URL, SMTP_FROM }: SmtpSettings): ReplySender | undefined {
  if (SMTP_URL === undefined && SMTP_FROM === undefined) return undefined
  if (SMTP_URL === undefined) throw new ConfigError('SMTP_FROM is set but SMTP_URL is not: set both, or neither.')
  if (SMTP_FROM === undefined) throw new ConfigError('SMTP_URL is set but SMTP_FROM is not: set both, or neither.')

  const transport = nodemailer.createTransport({
    url: SMTP_URL,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = SMTP_FROM.replace(/^.*@/u, '').replace(/>.*$/u, '')

  return {
    async send(reply) {
      const messageId = `<${randomUUID()}@${domain}>`
      try {
        await transport.sendMail({ ...contentOf(reply), from: SMTP_FROM, messageId })
      } catch (error) {
        throw consequenceOf(error)
      }
      return { messageId }
    },
  }
}

/** What is the same whoever sends it: RFC 5322 section 3.6.4 for the thread, RFC 3834 section 5 for machines. */
function contentOf({ to, subject, text, inReplyTo, references, automatic }: Reply) {
  const answered = inReplyTo === undefined ? undefined : bracketed(inReplyTo)
  const thread = [...new Set([...references.map(bracketed), ...(answered ? [answered] : [])])]
  return {
    to: { address: to, name: '' },
    subject: plainLine(subject, LONGEST_SUBJECT),
    text: plainText(text),
    html: htmlOf(plainText(text)),
    ...(answered ? { inReplyTo: answered } : {}),
    ...(thread.length > 0 ? { references: thread } : {}),
    ...(automatic ? { headers: { 'Auto-Submitted': 'auto-replied' } } : {}),
  }
}

const bracketed = (id: string): string => `<${id.replaceAll(/[<>\s]/gu, '')}>`

function htmlOf(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
  const paragraphs = escaped.split(/\n{2,}/u).map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`)
  return `<!doctype html>\n<html><body>\n${paragraphs.join('\n')}\n</body></html>\n`
}

function consequenceOf(error: unknown): Error {
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string }
  const isFinal = (responseCode !== undefined && responseCode >= 500) || code === 'EENVELOPE'
  if (isFinal && !(responseCode !== undefined && responseCode < 500)) {
    return new RejectedError(`The mail server refused the reply (${responseCode ?? code}).`, { cause: error })
  }
  return new UnavailableError(`The reply could not be sent (${responseCode ?? code ?? 'unknown reason'}).`, {
    cause: error,
  })
}
