import { timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import * as z from 'zod'
import type { InboundTicket } from '../core/ticket.ts'
import { DAY, MINUTE, plusMs, type Timestamp, timestamp, toEpochMs } from '../core/time.ts'
import { RejectedError } from '../errors.ts'
import { visibleText } from '../lib/mail/visible-text.ts'
import { parseJson } from '../lib/parse-json.ts'
import { plainLine, plainText } from '../lib/plain-text.ts'
import type { WebhookConnector, WebhookRequest } from '../ports.ts'

/** Secrets of the Standard Webhooks scheme, "whsec_" and base64 of 24 to 64 bytes; several while one is being replaced. */
const Secrets = z
  .string()
  .transform((text) => text.split(/[\s,]+/u).filter(Boolean))
  .refine((secrets) => secrets.length > 0 && secrets.every(isSecret), {
    error: 'must be "whsec_" and 24 to 64 bytes in base64; several are separated by spaces or commas',
  })

export const GenericSettings = z.object({ WEBHOOK_SECRET: Secrets.optional() })
export type GenericSettings = z.infer<typeof GenericSettings>

const TOLERANCE_MS = 5 * MINUTE

const GenericTicket = z.object({
  /** The sender's own id of this message. With another text it is another ticket: what adds to one names it in `thread`. */
  id: z.string().trim().min(1).max(500),
  subject: z.string().max(1_000),
  body: z.string().max(500_000),
  from: z.object({ email: z.email().max(320), name: z.string().max(500).optional() }),
  receivedAt: z.iso.datetime({ offset: true }).optional(),
  /** Ids of messages this one answers. */
  thread: z.array(z.string().min(1).max(500)).max(100).optional(),
  fields: z.record(z.string().min(1).max(100), z.string().max(2_000)).optional(),
})

/** Tickets as plain JSON from anywhere, signed by the Standard Webhooks scheme (standardwebhooks.com). */
export function generic(secrets: readonly string[]): WebhookConnector {
  const signers = secrets.map((secret) => new Webhook(secret))

  return {
    id: 'generic',
    parse(request, now) {
      const key = verify(request, signers, now)
      return { key, tickets: readBody(request.body, now) }
    },
    read: readBody,
  }
}

function isSecret(text: string): boolean {
  const base64 = text.slice('whsec_'.length)
  const bytes = Buffer.from(base64, 'base64')
  return text.startsWith('whsec_') && bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === base64
}

/** The id of the delivery when one of our secrets signed it within the last, or next, five minutes. */
function verify({ headers, body }: WebhookRequest, signers: readonly Webhook[], now: Timestamp): string {
  const id = headers['webhook-id'] ?? ''
  const seconds = headers['webhook-timestamp'] ?? ''
  const sent = headers['webhook-signature'] ?? ''
  if (id === '' || seconds === '' || sent === '') {
    throw refused('The headers webhook-id, webhook-timestamp and webhook-signature are all needed.')
  }
  if (!/^[\x21-\x7e]{1,300}$/u.test(id)) throw refused('The header webhook-id must be 1 to 300 printable characters.')
  if (!/^[1-9]\d{0,11}$/u.test(seconds)) throw refused('The header webhook-timestamp must be seconds since 1970.')

  const signedAt = Number(seconds) * 1_000
  if (Math.abs(signedAt - toEpochMs(now)) > TOLERANCE_MS) {
    throw refused('The header webhook-timestamp is more than five minutes from our clock. Sign each attempt anew.')
  }
  const expected = signers.map((signer) => Buffer.from(signer.sign(id, new Date(signedAt), body)))
  const given = sent
    .split(' ')
    .slice(0, 20)
    .map((signature) => Buffer.from(signature))
  const matches = given.some((one) =>
    expected.some((other) => one.length === other.length && timingSafeEqual(one, other)),
  )
  if (!matches) throw refused('The webhook signature does not match.')
  return id
}

const refused = (message: string): RejectedError => new RejectedError(message, { status: 401 })

function readBody(body: string, now: Timestamp): readonly InboundTicket[] {
  const parsed = GenericTicket.safeParse(parseJson(body))
  if (!parsed.success) throw new RejectedError(z.prettifyError(parsed.error), { cause: parsed.error })
  const { id, subject, from, thread, fields } = parsed.data
  const text = plainText(parsed.data.body)
  const receivedAt = parsed.data.receivedAt === undefined ? now : timestamp(parsed.data.receivedAt)
  if (receivedAt > plusMs(now, DAY)) throw new RejectedError('receivedAt: lies more than a day in the future.')

  const ticket: InboundTicket = {
    source: 'generic',
    externalId: plainLine(id, 500),
    references: [...new Set((thread ?? []).map((reference) => plainLine(reference, 500)))],
    subject: plainLine(subject, 1_000),
    body: text,
    visible: visibleText(text),
    requester: { email: from.email, name: from.name === undefined ? undefined : plainLine(from.name, 500) },
    receivedAt,
    fields: Object.fromEntries(
      Object.entries(fields ?? {}).map(([name, value]) => [plainLine(name, 100), plainText(value)]),
    ),
    automatic: false,
    attachments: [],
    degraded: undefined,
    raw: undefined,
  }
  return [ticket]
}
