import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Dialect } from '../../../db/migrations/dialect.ts'
import { migrations } from '../../../db/migrations/index.ts'
import type { Schema } from '../../../db/schema.ts'
import { RejectedError } from '../../errors.ts'
import type { End, Header, OpenBackup } from './file.ts'
import { ROWS_AT_ONCE, type Row } from './snapshot.ts'
import { KEPT } from './tables.ts'

/** Empty tables that are being filled. */
export interface Draft {
  readonly db: Kysely<Schema>
  readonly dialect: Dialect
  /** Schema the tables lie in, where there are schemas. */
  readonly schema?: string
  insert(table: string, columns: readonly string[], rows: readonly Row[]): Promise<void>
}

/**
 * Makes the tables as they were when the backup was made, fills them, and brings them up to date. RejectedError when the file is
 * damaged or was written by a newer Waybill; the draft is worth nothing then.
 */
export async function load(backup: OpenBackup, draft: Draft, onRows: (read: number) => void): Promise<End> {
  refuseNewer(backup.header, draft.dialect)
  await migrateTo(draft, backup.header.migrations.at(-1))
  const end = await fill(backup, draft, onRows)
  await migrateTo(draft)
  return end
}

function refuseNewer({ migrations: been, waybill }: Header, dialect: Dialect): void {
  const known = Object.keys(migrations(dialect))
  const unknown = been.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new RejectedError(
      `This backup was made by a newer Waybill (${waybill}; it has "${unknown.join('", "')}"). Restore it with that version.`,
    )
}

async function migrateTo({ db, dialect, schema }: Draft, last?: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations(dialect)) },
    ...(schema && { migrationTableSchema: schema }),
  })
  const { error } = last ? await migrator.migrateTo(last) : await migrator.migrateToLatest()
  if (error) throw new Error('The tables for the backup could not be made.', { cause: error })
}

async function fill(backup: OpenBackup, draft: Draft, onRows: (read: number) => void): Promise<End> {
  let table: { readonly table: string; readonly columns: readonly string[] } | undefined
  let rows: Row[] = []
  let read = 0
  const flush = async () => {
    if (table && rows.length > 0) await draft.insert(table.table, table.columns, rows)
    rows = []
  }
  const parts = backup.parts()
  for (;;) {
    const { value: part, done } = await parts.next()
    if (done) {
      await flush()
      return part
    }
    if ('table' in part) {
      await flush()
      if (!(part.table in KEPT) || !part.columns.every((name) => /^[a-z0-9_]+$/.test(name)))
        throw new RejectedError(`The backup holds a table that is not ours (${part.table.slice(0, 40)}).`)
      table = part
      continue
    }
    if (table && part.row.length !== table.columns.length)
      throw new RejectedError(`The backup is damaged: a row of ${table.table} has not as many values as columns.`)
    rows.push(part.row)
    read += 1
    if (rows.length < ROWS_AT_ONCE) continue
    await flush()
    onRows(read)
  }
}
