import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import * as z from 'zod'
import { RejectedError } from '../../errors.ts'
import type { Row, Snapshot } from './snapshot.ts'

/** The first line of a backup: what it is and where it stood. */
export const Header = z.object({
  format: z.literal('waybill-backup'),
  formatVersion: z.literal(1),
  /** Version of the program that wrote it. */
  waybill: z.string(),
  madeAt: z.string().datetime(),
  from: z.enum(['sqlite', 'postgres']),
  workspaces: z.array(z.string()),
  /** How often the database had been restored before. */
  epoch: z.number().int(),
  migrations: z.array(z.string()).min(1),
})
export type Header = z.infer<typeof Header>

const Section = z.object({ table: z.string(), columns: z.array(z.string()).min(1) })
const Rows = z.array(z.union([z.string(), z.number(), z.null()]))

/** The last line: what has to be there for the file to be whole. */
const End = z.object({ rows: z.record(z.string(), z.number().int()), sha256: z.string() })
export type End = z.infer<typeof End>

/** One of the lines between the first and the last. */
export type Part = { readonly table: string; readonly columns: readonly string[] } | { readonly row: Row }

/**
 * Writes gzipped lines of JSON: a header, for each table its name and columns and then each row as an array, and an end with counts
 * and the SHA-256 of all lines before it. `onRows` is told how many rows were written so far.
 */
export async function writeBackup(
  file: string,
  header: Header,
  snapshot: Snapshot,
  onRows: (written: number) => void,
): Promise<End> {
  const hash = createHash('sha256')
  const rows: Record<string, number> = {}
  let end: End | undefined

  async function* lines(): AsyncGenerator<string> {
    const hashed = (text: string): string => {
      hash.update(text)
      return text
    }
    yield hashed(`${JSON.stringify(header)}\n`)
    let written = 0
    for (const { name, columns, rows: read } of snapshot.tables) {
      yield hashed(`${JSON.stringify({ table: name, columns })}\n`)
      rows[name] = 0
      for await (const batch of read()) {
        yield hashed(batch.map((row) => `${JSON.stringify(row)}\n`).join(''))
        rows[name] += batch.length
        written += batch.length
        onRows(written)
      }
    }
    end = { rows, sha256: hash.digest('hex') }
    yield `${JSON.stringify({ end })}\n`
  }

  // Whoever may read a ticket may read its backup, and nobody else.
  await pipeline(lines(), createGzip(), createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }))
  if (!end) throw new Error('A backup was written without an end.')
  return end
}

export interface OpenBackup {
  readonly header: Header
  /** Every line up to the end. Rejects with a RejectedError where the file turns out to be damaged: at its very end at the latest. */
  parts(): AsyncGenerator<Part, End>
  close(): Promise<void>
}

/** RejectedError when `file` is not a whole backup of a format this version knows. */
export async function openBackup(file: string): Promise<OpenBackup> {
  const hash = createHash('sha256')
  const input = createReadStream(file)
  const unzipped = createGunzip()
  input.once('error', (error) => unzipped.destroy(error))
  input.pipe(unzipped)
  const lines = wholeLines(unzipped)
  const close = async () => {
    await lines.return(undefined)
    unzipped.destroy()
    input.destroy()
  }

  const next = async (): Promise<unknown> => {
    try {
      const { value, done } = await lines.next()
      if (done || value === undefined) throw new RejectedError(`${file} ends too early: it was cut off.`)
      const line = JSON.parse(value) as unknown
      if (typeof line !== 'object' || line === null || !('end' in line)) hash.update(`${value}\n`)
      return line
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (error instanceof RejectedError || code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') throw error
      const why = code === 'Z_BUF_ERROR' ? 'it was cut off' : (error as Error).message
      throw new RejectedError(`${file} is no Waybill backup, or it is damaged (${why}).`, { cause: error })
    }
  }

  try {
    const header = Header.safeParse(await next())
    if (!header.success)
      throw new RejectedError(
        `${file} is no Waybill backup of a kind this version knows (${header.error.issues[0]?.path.join('.')}).`,
      )
    return { header: header.data, close, parts: () => parts(file, next, () => hash.digest('hex')) }
  } catch (error) {
    await close()
    throw error
  }
}

async function* parts(file: string, next: () => Promise<unknown>, sha256: () => string): AsyncGenerator<Part, End> {
  const rows: Record<string, number> = {}
  let table: string | undefined
  for (;;) {
    const line = await next()
    if (Array.isArray(line)) {
      const row = Rows.safeParse(line)
      if (!row.success || table === undefined) throw damaged(file, 'a row that cannot be read')
      rows[table] = (rows[table] ?? 0) + 1
      yield { row: row.data }
      continue
    }
    const section = Section.safeParse(line)
    if (section.success) {
      table = section.data.table
      rows[table] = 0
      yield section.data
      continue
    }
    const end = End.safeParse((line as { readonly end?: unknown }).end)
    if (!end.success) throw damaged(file, 'a line that cannot be read')
    if (end.data.sha256 !== sha256()) throw damaged(file, 'its checksum does not fit')
    for (const [name, count] of Object.entries(end.data.rows))
      if (rows[name] !== count) throw damaged(file, `${rows[name] ?? 0} rows of ${name} instead of ${count}`)
    return end.data
  }
}

const damaged = (file: string, why: string): RejectedError => new RejectedError(`${file} is damaged: ${why}.`)

/** Split at line feeds only: what people write may hold every other kind of line end. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, undefined, undefined> {
  let begun: Buffer[] = []
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      yield Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8')
      begun = []
      start = end + 1
    }
    begun.push(chunk.subarray(start))
  }
  return undefined
}
