import { isUtf8 } from 'node:buffer'
import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { parse } from 'csv-parse/sync'
import { PRIORITIES, type Priority } from '../../core/classification.ts'
import { RejectedError } from '../../errors.ts'
import type { Stream, StreamTicket } from './stream.ts'

export interface Fault {
  /** As an editor counts them; for a JSON array the number of the entry. */
  readonly line: number
  readonly reason: string
}

export type DataSet = Stream & { readonly faults: readonly Fault[] }

/** One entry before anybody knows what it means. */
interface Row {
  readonly line: number
  readonly value: unknown
  /** Why it is none. */
  readonly fault?: string
}

const LONGEST_BYTES = 64 * 1024 * 1024

/** Names people give their columns, the first that is there counts. */
const TEXT =
  'body text description utterance message content query question sentence ticket tweet_text complaint'.split(' ')
const SUBJECT = ['subject', 'title', 'short_description', 'headline']
const LABEL = 'topic label intent category labels class assignment_group'.split(' ')
const SENDER = 'from email sender requester customer customer_email user author caller'.split(' ')

/**
 * Tickets of a data set: JSON lines, a JSON array, CSV or TSV, with or without column names. What counts as text, subject,
 * label and sender is told by the usual names; a topic is believed only later, when the policy has it. Lines that cannot be
 * read are named and left out. RejectedError when there is no such file, or nothing in it to play.
 */
export async function readDataSet(path: string): Promise<DataSet> {
  const source = basename(path)
  const text = await contentOf(path)
  const faults: Fault[] = []
  const tickets: StreamTicket[] = []
  for (const { line, value, fault } of rowsOf(source, text, faults)) {
    const read = fault === undefined ? toTicket(value, tickets.length + 1) : { reason: fault }
    if ('reason' in read) faults.push({ line, reason: read.reason })
    else tickets.push(read)
  }
  if (tickets.length > 0) return { source, tickets, faults }
  const [first] = faults
  const why = first ? `Line ${first.line}: ${first.reason}` : 'It is empty.'
  throw new RejectedError(`There is no ticket in ${path}. ${why}`)
}

async function contentOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > LONGEST_BYTES)
      throw new RejectedError(`${path} is larger than ${LONGEST_BYTES / 1024 / 1024} MiB; give a part of it.`)
    return textOf(path, await readFile(path))
  } catch (error) {
    if (error instanceof RejectedError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new RejectedError(`There is no file ${path}.`, { cause: error })
    if (code === 'EISDIR') throw new RejectedError(`${path} is a folder; give a file in it.`, { cause: error })
    throw new RejectedError(`${path} cannot be read (${code}).`, { cause: error })
  }
}

/** RejectedError for bytes that are no UTF-8 text, before anybody takes them for tickets. */
function textOf(path: string, bytes: Uint8Array<ArrayBuffer>): string {
  const lineAt = (place: number) => bytes.subarray(0, place).reduce((line, byte) => line + Number(byte === 10), 1)
  const nul = bytes.indexOf(0)
  if (nul !== -1)
    throw new RejectedError(
      `${path} is no text: line ${lineAt(nul)} has a NUL byte. Give a data set as text in UTF-8, unpacked.`,
    )
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new RejectedError(`${path} is not in UTF-8: ${notUtf8(bytes)}. Save it as UTF-8 and try again.`, {
      cause: error,
    })
  }
}

/** The first line that cannot be read; no letter of UTF-8 goes over the end of a line. */
function notUtf8(bytes: Uint8Array): string {
  for (let line = 1, from = 0; from <= bytes.length; line += 1) {
    const end = bytes.indexOf(10, from)
    const until = end === -1 ? bytes.length : end
    if (!isUtf8(bytes.subarray(from, until))) return `line ${line} cannot be read`
    from = until + 1
  }
  return 'it cannot be read'
}

// Rows of whatever shape the file has

function rowsOf(name: string, text: string, faults: Fault[]): readonly Row[] {
  const start = text.trimStart()[0]
  const ending = extname(name).toLowerCase()
  if (ending === '.csv' || ending === '.tsv')
    return tableRows(text, ending === '.tsv' ? '\t' : delimiterOf(text), faults)
  if (start === '[' || (start === '{' && ending === '.json')) return documentRows(text, faults)
  if (start === '{') return jsonLines(text, faults)
  return tableRows(text, delimiterOf(text), faults)
}

function jsonLines(text: string, faults: Fault[]): readonly Row[] {
  return text.split('\n').flatMap((line, place) => {
    if (line.trim() === '') return []
    try {
      return [{ line: place + 1, value: JSON.parse(line) as unknown }]
    } catch (error) {
      faults.push({ line: place + 1, reason: `It is not JSON (${messageOf(error)}).` })
      return []
    }
  })
}

/** A JSON array, or an object of arrays such as `{ "train": [["text", "intent"], …], … }`. */
function documentRows(text: string, faults: Fault[]): readonly Row[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    const lines = jsonLines(text, [])
    if (lines.length > 0) return jsonLines(text, faults)
    faults.push({ line: 1, reason: `The file is not JSON (${messageOf(error)}).` })
    return []
  }
  const lists = Array.isArray(document) ? [document] : Object.values(document as object).filter(Array.isArray)
  const entries: readonly unknown[] = lists.length > 0 ? lists.flat() : [document]
  return entries.map((value, place) => ({ line: place + 1, value }))
}

function tableRows(text: string, delimiter: string, faults: Fault[]): readonly Row[] {
  const records: { line: number; cells: readonly string[] }[] = []
  try {
    const parsed = parse(text, {
      delimiter,
      info: true,
      skipEmptyLines: true,
      relaxColumnCount: true,
      relaxQuotes: true,
    }) as unknown as readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[]
    let before = 0
    for (const { record, info } of parsed) {
      records.push({ line: before + 1, cells: record })
      before = info.lines
    }
  } catch (error) {
    faults.push({ line: lineOf(error), reason: `The table cannot be read (${messageOf(error)}).` })
    return []
  }
  const [head] = records
  const names = head?.cells.map((cell) => keyOf(cell)) ?? []
  const hasNames = names.some((name) => TEXT.includes(name) || SUBJECT.includes(name))
  if (hasNames)
    return records
      .slice(1)
      .map(({ line, cells }) =>
        cells.length === names.length
          ? { line, value: Object.fromEntries(cells.map((cell, place) => [names[place], cell])) }
          : { line, value: cells, fault: `It has ${cells.length} cells where the first line names ${names.length}.` },
      )
  if (names.length > 3) {
    faults.push({
      line: 1,
      reason: `None of the columns ${names.join(', ')} is called ${TEXT.slice(0, 5).join(', ')} ….`,
    })
    return []
  }
  const wordy = wordiest(records.map(({ cells }) => cells))
  return records.map(({ line, cells }) => ({ line, value: [cells[wordy], cells[wordy === 0 ? 1 : 0]] }))
}

/** The column with the most words. */
function wordiest(rows: readonly (readonly string[])[]): number {
  const words = (column: number) => rows.reduce((sum, cells) => sum + (cells[column] ?? '').split(/\s+/u).length, 0)
  const columns = [0, 1, 2].toSorted((a, b) => words(b) - words(a))
  return columns[0] ?? 0
}

function delimiterOf(text: string): string {
  const first = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'))
  return ['\t', ';', ','].find((delimiter) => first.includes(delimiter)) ?? ','
}

// What a row says

function toTicket(value: unknown, number: number): StreamTicket | { readonly reason: string } {
  if (Array.isArray(value)) return toTicket({ text: value[0], label: value[1] }, number)
  if (typeof value === 'string') return { reason: 'It is a text, not an object.' }
  if (typeof value !== 'object' || value === null) return { reason: 'It is not an object.' }
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [keyOf(name), field as unknown]))

  const body = wordsIn(fields, TEXT)
  const subject = wordsIn(fields, SUBJECT)
  if (body === undefined && subject === undefined)
    return { reason: `None of ${[...TEXT.slice(0, 5), ...SUBJECT.slice(0, 2)].join(', ')} holds text.` }
  const topic = wordsIn(fields, LABEL)
  const priority = PRIORITIES.find((priority) => priority === wordsIn(fields, ['priority']))
  return {
    from: senderOf(
      SENDER.map((name) => fields[name]).find((sender) => sender !== undefined),
      wordsIn(fields, ['name']),
      number,
    ),
    subject: (subject ?? firstWords(body ?? '')).slice(0, LONGEST_SUBJECT),
    body: (body ?? '').slice(0, LONGEST_BODY),
    ...(topic === undefined ? {} : { topic }),
    ...(priority === undefined ? {} : { priority: priority satisfies Priority }),
  }
}

/** What stands for a subject where a data set has none: as many whole words as fit. */
function firstWords(body: string): string {
  const words = body.slice(0, LONGEST_SUBJECT).split(/\s+/u).join(' ').trim()
  if (words.length <= SHORT_SUBJECT) return words
  const space = words.lastIndexOf(' ', SHORT_SUBJECT)
  // A language without spaces is cut anywhere, but in no letter.
  const cut = space > 0 ? words.slice(0, space) : words.slice(0, SHORT_SUBJECT).replace(/[\ud800-\udbff]$/u, '')
  return `${cut.replace(/[\s,;:.–—-]+$/u, '')} …`
}

const SHORT_SUBJECT = 60
const LONGEST_SUBJECT = 1_000
const LONGEST_BODY = 100_000

const keyOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/gu, '_')

function wordsIn(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return undefined
}

/** Who wrote it, when that is an address; otherwise a customer with a number. */
function senderOf(sender: unknown, named: string | undefined, number: number): StreamTicket['from'] {
  const { name, email } = typeof sender === 'object' && sender !== null ? (sender as Record<string, unknown>) : {}
  const said = typeof email === 'string' ? email : typeof sender === 'string' ? sender : ''
  const address = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/u.exec(said)?.[0]
  const before = said.replace(/<[^>]*>/u, '').trim()
  const spoken = typeof name === 'string' ? name : (named ?? (before.includes('@') ? '' : before))
  return {
    name: (spoken || address || `Customer ${number}`).slice(0, 200),
    email: address ?? `customer-${number}@data-set.example`,
  }
}

function lineOf(error: unknown): number {
  const { lines } = error as { readonly lines?: unknown }
  return typeof lines === 'number' ? lines : 1
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
