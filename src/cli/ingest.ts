import { type FoundMessage, findFiles, readMessages } from '../connectors/email/files.ts'
import { type MailReader, mailReader } from '../connectors/email/mail-reader.ts'
import type { TicketId } from '../core/ids.ts'
import type { InboundTicket, Ticket } from '../core/ticket.ts'
import type { Clock, Received } from '../ports.ts'
import type { Output } from './output.ts'
import { progressOn, type Screen } from './progress.ts'

/** What ingesting needs of a Waybill that is at work on its jobs. */
export interface IngestApp {
  receive(inbound: InboundTicket): Promise<Received>
  /** Waits until the ticket is decided. */
  settled(id: TicketId): Promise<Ticket>
  stop(): Promise<void>
}

export interface IngestTools {
  /** Opens a Waybill at work: on the configured database, or on one to be thrown away. */
  readonly openApp: (options: { readonly dryRun: boolean }) => Promise<IngestApp>
  readonly clock: Clock
  readonly output: Output
  /** Where progress is drawn: standard error. */
  readonly screen: Screen
  readonly stdin: AsyncIterable<Uint8Array>
}

type Failed = { readonly file: string; readonly failed: string }
type Stored = { readonly file: string; readonly received: Received; readonly degraded: string | undefined }
type Decided = Stored & { readonly ticket: Ticket }

/** So many mails may wait for their decision at the same time. */
const AT_ONCE = 16

/**
 * `waybill ingest`: mails and tickets from files, each stored, routed and reported in order; a broken one becomes a degraded
 * ticket. Resolves with the exit code: 0, 1 when a mail could not be stored or decided, 2 when a path is missing
 * or there is nothing to read.
 */
export async function ingestFiles(
  paths: readonly string[],
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
  { openApp, clock, output, screen, stdin }: IngestTools,
): Promise<number> {
  const found = await findFiles(paths).catch(missingPath)
  if ('missing' in found) {
    output.err(found.missing)
    return 2
  }
  const { files, skipped } = found
  if (files.length === 0) {
    output.err(`There is nothing to read in ${paths.join(', ')}. ${READS} ${skippedOf(skipped)}`.trim())
    return 2
  }

  const app = await openApp({ dryRun })
  const reader = mailReader({ clock })
  const progress = progressOn(screen)
  const fates: (Decided | Failed)[] = []
  const waiting: Promise<Decided | Failed>[] = []
  const reportNext = async () => {
    const fate = await waiting.shift()
    if (!fate) return
    fates.push(fate)
    progress.clear()
    output.out(json ? JSON.stringify(toJson(fate)) : toLine(fate))
    const file = files.indexOf(fate.file.replace(/:\d+$/u, '')) + 1
    progress.draw(file / files.length, `file ${file} of ${files.length}, ${fates.length} mails`)
  }

  try {
    for await (const message of readMessages(files, { stdin, now: () => clock.now() })) {
      const stored = await store(message, app, reader)
      waiting.push(decided(stored, app))
      if (waiting.length >= AT_ONCE) await reportNext()
    }
    while (waiting.length > 0) await reportNext()
  } finally {
    progress.clear()
    await reader.close()
    await app.stop()
  }
  if (fates.length === 0) {
    output.err(`There is no mail and no ticket in ${paths.join(', ')}. ${skippedOf(skipped)}`.trim())
    return 2
  }
  output.err([summary(fates), skipped.length > 0 && `${skippedOf(skipped)} ${READS}`].filter(Boolean).join('. '))
  return fates.some((fate) => 'failed' in fate) ? 1 : 0
}

/** Never rejects: what happens to one mail must not stop the next. */
async function store(message: FoundMessage, app: IngestApp, reader: MailReader): Promise<Stored | Failed> {
  const { file } = message
  if ('unreadable' in message) return { file, failed: message.unreadable }
  try {
    const inbound = 'raw' in message ? await reader.read(message.raw) : message.inbound
    return { file, received: await app.receive(inbound), degraded: inbound.degraded }
  } catch (error) {
    return { file, failed: `could not be stored: ${messageOf(error)}` }
  }
}

/** Never rejects either. */
async function decided(stored: Stored | Failed, app: IngestApp): Promise<Decided | Failed> {
  if ('failed' in stored) return stored
  const { id, number } = stored.received.ticket
  try {
    return { ...stored, ticket: await app.settled(id) }
  } catch (error) {
    return { file: stored.file, failed: `is stored as ticket ${number}, but was not decided: ${messageOf(error)}` }
  }
}

function toJson(fate: Decided | Failed): object {
  const { file } = fate
  if ('failed' in fate) return { file, error: fate.failed }
  const { ticket, received, degraded } = fate
  const { classification, decision } = ticket
  return {
    file,
    ticket: ticket.number,
    thread: received.outcome,
    topic: ticket.topic ?? null,
    priority: ticket.priority ?? null,
    team: ticket.team ?? null,
    assignee: offeredTo(ticket) ?? null,
    confidence: classification ? Math.round(classification.confidence * 1000) / 1000 : null,
    abstained: decision?.destination.kind === 'triage',
    because: decision?.because ?? [],
    degraded: degraded ?? null,
  }
}

/** Who has it, or is asked to take it. */
function offeredTo({ assignee, decision }: Ticket): string | undefined {
  return assignee ?? (decision?.destination.kind === 'offer' ? decision.destination.person : undefined)
}

function toLine(fate: Decided | Failed): string {
  if ('failed' in fate) return `${fate.file}: ${fate.failed}`
  const { file, ticket, received, degraded } = fate
  const { classification, decision } = ticket
  const where = [ticket.team ?? 'triage', offeredTo(ticket)].filter(Boolean).join(', ')
  const sure = classification ? ` (${Math.round(classification.confidence * 100)} %)` : ''
  const said = `#${ticket.number} ${ticket.priority ?? '--'} ${ticket.topic ?? 'no topic'}${sure} -> ${where}`
  const known = { created: '', appended: ', added to the thread', duplicate: ', known before' }[received.outcome]
  const why = degraded ? `degraded: ${degraded}` : (decision?.because[0] ?? '')
  return `${said}${known}  ${file}${why && `: ${why}`}`
}

const LISTED = 5
const READS = 'Of a folder, .eml, .mbox and .jsonl files are read.'

/** "Skipped: 7 files (a.pdf, b.txt … and 2 more)." */
function skippedOf(skipped: readonly string[]): string {
  if (skipped.length === 0) return ''
  const more = skipped.length > LISTED ? ` and ${skipped.length - LISTED} more` : ''
  return `Skipped: ${skipped.length} ${skipped.length === 1 ? 'file' : 'files'} (${skipped.slice(0, LISTED).join(', ')}${more}).`
}

/** "10 mails: 9 routed, 1 degraded (x.eml: why)". */
function summary(fates: readonly (Decided | Failed)[]): string {
  const failed = fates.filter((fate) => 'failed' in fate)
  const stored = fates.filter((fate) => 'ticket' in fate)
  const known = stored.filter(({ received }) => received.outcome === 'duplicate')
  const degraded = stored.filter((fate) => fate.degraded !== undefined && !known.includes(fate))
  const routed = stored.length - known.length - degraded.length
  const parts = [
    `${routed} routed`,
    degraded.length > 0 && `${degraded.length} degraded (${list(degraded, ({ degraded }) => degraded ?? '')})`,
    known.length > 0 && `${known.length} known before`,
    failed.length > 0 && `${failed.length} failed (${list(failed, ({ failed }) => failed)})`,
  ]
  return `${fates.length} ${fates.length === 1 ? 'mail' : 'mails'}: ${parts.filter(Boolean).join(', ')}`
}

function list<Fate extends { readonly file: string }>(fates: readonly Fate[], why: (fate: Fate) => string): string {
  const said = fates.slice(0, LISTED).map((fate) => `${fate.file}: ${why(fate)}`)
  return said.concat(fates.length > LISTED ? `and ${fates.length - LISTED} more` : []).join('; ')
}

function missingPath(error: unknown): { readonly missing: string } {
  const { code, path } = error as NodeJS.ErrnoException
  if (path === undefined) throw error
  if (code === 'ENOENT') return { missing: `There is no file or folder ${path}.` }
  return { missing: `${path} cannot be read (${code}).` }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
