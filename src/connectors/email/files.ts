import { createHash } from 'node:crypto'
import { createReadStream, type Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import * as z from 'zod'
import type { InboundTicket } from '../../core/ticket.ts'
import { type Timestamp, timestamp } from '../../core/time.ts'
import { byteLines } from '../../lib/byte-lines.ts'
import { isMbox, splitMbox } from '../../lib/mail/mbox.ts'
import { visibleText } from '../../lib/mail/visible-text.ts'
import { plainLine, plainText } from '../../lib/plain-text.ts'
import { LONGEST_MAIL_BYTES } from './mail-reader.ts'

/** One message found in a file: a raw mail still to be read, a finished inbound ticket, or why the file could not be opened. */
export type FoundMessage = { readonly file: string } & (
  | { readonly raw: Uint8Array }
  | { readonly inbound: InboundTicket }
  | { readonly unreadable: string }
)

const READABLE = new Set(['.eml', '.mbox', '.jsonl'])

/**
 * Files to read: each path itself, and for a folder every .eml, .mbox and .jsonl below it, by name; what else lies there is
 * skipped. "-" is standard input. Rejects with what the file system says (ENOENT …) when a path is missing.
 */
export async function findFiles(
  paths: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly skipped: readonly string[] }> {
  const files: string[] = []
  const skipped: string[] = []
  for (const path of paths) {
    if (path === '-' || !(await stat(path)).isDirectory()) files.push(path)
    else {
      const below = (await readdir(path, { recursive: true, withFileTypes: true })).filter(
        (entry) => !entry.isDirectory(),
      )
      const isReadable = (entry: Dirent) => entry.isFile() && READABLE.has(extname(entry.name).toLowerCase())
      const pathOf = (entry: Dirent) => join(entry.parentPath, entry.name)
      files.push(...below.filter(isReadable).map(pathOf).sort())
      skipped.push(
        ...below
          .filter((entry) => !isReadable(entry))
          .map(pathOf)
          .sort(),
      )
    }
  }
  return { files, skipped }
}

/** The messages of these files one after the other; never more than one mail is held in memory. */
export async function* readMessages(
  files: readonly string[],
  { stdin, now }: { readonly stdin: AsyncIterable<Uint8Array>; readonly now: () => Timestamp },
): AsyncGenerator<FoundMessage> {
  for (const file of files) {
    try {
      yield* readFile(file, file === '-' ? stdin : createReadStream(file), now)
    } catch (error) {
      if (!isFileError(error)) throw error
      yield { file, unreadable: error.message }
    }
  }
}

async function* readFile(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  now: () => Timestamp,
): AsyncGenerator<FoundMessage> {
  const { start, all } = await peek(chunks)
  if (extname(file).toLowerCase() === '.jsonl' || (file === '-' && start[0] === OPEN_BRACE)) {
    let count = 0
    for await (const line of byteLines(all)) {
      count += 1
      const text = Buffer.from(line).toString('utf8').trim()
      if (text !== '')
        yield { file: `${file}:${count}`, inbound: jsonInbound(text, `${basename(file)}:${count}`, now()) }
    }
  } else if (isMbox(start)) {
    let count = 0
    for await (const raw of splitMbox(all, LONGEST_MAIL_BYTES)) {
      count += 1
      yield { file: `${file}:${count}`, raw }
    }
  } else {
    yield { file, raw: await readUpTo(all, LONGEST_MAIL_BYTES) }
  }
}

const OPEN_BRACE = 0x7b

/** The first chunk, and all chunks with the first one back in its place. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{ start: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  const start = first.done ? new Uint8Array() : first.value
  async function* all() {
    yield start
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  return { start, all: all() }
}

/** The bytes, or a little more than `longest` of them, which is enough to see that it is too much. */
async function readUpTo(chunks: AsyncIterable<Uint8Array>, longest: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    bytes += chunk.length
    if (bytes > longest) break
  }
  return Buffer.concat(parts)
}

/** A ticket as `{from, subject, body}`, or a sentence of a public data set as `{text}`; its label is not looked at. */
const JsonTicket = z.object({
  id: z.string().min(1).max(500).optional(),
  from: z.union([z.string(), z.object({ email: z.string().optional(), name: z.string().optional() })]).optional(),
  subject: z.string().optional(),
  body: z.string().optional(),
  text: z.string().optional(),
  receivedAt: z.iso.datetime({ offset: true }).optional(),
  fields: z.record(z.string(), z.string()).optional(),
})

function jsonInbound(line: string, place: string, now: Timestamp): InboundTicket {
  const { ticket, why } = parseLine(line)
  const body = plainText(ticket.body ?? ticket.text ?? '')
  return {
    source: 'jsonl',
    externalId: ticket.id ?? `sha256:${createHash('sha256').update(`${place}\n${line}`).digest('hex')}`,
    references: [],
    subject: plainLine(ticket.subject ?? '', 500),
    body,
    visible: visibleText(body),
    requester: senderOf(ticket.from),
    receivedAt: ticket.receivedAt === undefined ? now : timestamp(ticket.receivedAt),
    fields: ticket.fields ?? {},
    automatic: false,
    attachments: [],
    degraded: why,
    raw: why === undefined ? undefined : { type: 'application/json', base64: Buffer.from(line).toString('base64') },
  }
}

function parseLine(line: string): { readonly ticket: z.infer<typeof JsonTicket>; readonly why: string | undefined } {
  try {
    const ticket = JsonTicket.safeParse(JSON.parse(line))
    if (!ticket.success) return { ticket: { body: line }, why: plainLine(z.prettifyError(ticket.error), 500) }
    if ((ticket.data.body ?? ticket.data.text ?? ticket.data.subject ?? '').trim() === '') {
      return { ticket: { ...ticket.data, body: line }, why: 'The line has none of "subject", "body" and "text".' }
    }
    return { ticket: ticket.data, why: undefined }
  } catch (error) {
    return {
      ticket: { body: line },
      why: `The line is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

function senderOf(from: z.infer<typeof JsonTicket>['from']): InboundTicket['requester'] {
  if (typeof from === 'object') return { email: from.email, name: from.name }
  const [, name, bracketed] = /^([^<]{0,200})<([^<>\s]{3,320})>\s*$/u.exec(from ?? '') ?? []
  const email = bracketed ?? from?.trim()
  return { email: email?.includes('@') ? email : undefined, name: name?.trim() || undefined }
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && 'syscall' in error
