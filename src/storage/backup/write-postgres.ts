import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Schema } from '../../../db/schema.ts'
import { ConfigError } from '../../errors.ts'
import { newPool } from '../postgres.ts'
import type { End, OpenBackup } from './file.ts'
import { load } from './load.ts'
import { markRestored } from './mark-restored.ts'
import { notEmpty, type RestoreOrder } from './restore-order.ts'
import type { Row } from './snapshot.ts'
import { KEPT, LEFT_OUT, MIGRATION_TABLES } from './tables.ts'

const DRAFT = 'waybill_restoring'
/** A worker beats every three seconds. */
const ALIVE_FOR = '15 seconds'
/** The protocol counts parameters with 16 bits. */
const MOST_PARAMETERS = 30_000

/**
 * Builds the tables in a schema of their own and moves them into place in one transaction. Resolves with the schema the old ones lie
 * in now. ConfigError when a Waybill serves the database, RejectedError when it is not empty and `replace` was not asked for.
 */
export async function writePostgres(
  url: string,
  backup: OpenBackup,
  { replace, restoredAt, onRows }: RestoreOrder,
): Promise<{ readonly end: End; readonly aside: string | undefined }> {
  const pool = newPool(url, { max: 1 })
  try {
    const home = await homeOf(pool)
    await refuseServed(pool)
    const content = await contentOf(pool)
    if (content && !replace) throw notEmpty('The Postgres database', content)
    await pool.query(`drop schema if exists ${DRAFT} cascade`)
    await pool.query(`create schema ${DRAFT}`)
    try {
      const end = await build(url, backup, restoredAt, onRows)
      await refuseServed(pool)
      const stamp = restoredAt.replace(/[-:TZ]|\.\d+/g, '')
      const aside = content ? `waybill_before_restore_${stamp}` : undefined
      await swap(pool, home, aside)
      return { end, aside }
    } finally {
      await pool.query(`drop schema if exists ${DRAFT} cascade`)
    }
  } finally {
    await pool.end()
  }
}

async function homeOf(pool: pg.Pool): Promise<string> {
  try {
    const { rows } = await pool.query<{ schema: string | null }>('select current_schema() as schema')
    return rows[0]?.schema ?? 'public'
  } catch (error) {
    throw new ConfigError(`Postgres cannot be reached (${(error as Error).message}). Check DATABASE_URL.`, {
      cause: error,
    })
  }
}

async function isThere(pool: pg.Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ found: string | null }>('select to_regclass($1)::text as found', [table])
  return rows[0]?.found != null
}

async function refuseServed(pool: pg.Pool): Promise<void> {
  if (!(await isThere(pool, 'queue_workers'))) return
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) from queue_workers where beat_at::timestamptz > now() - interval '${ALIVE_FOR}'`,
  )
  const alive = rows[0]?.count ?? 0
  if (alive > 0)
    throw new ConfigError(
      `A Waybill serves this database (${alive} of its workers were heard of in the last ${ALIVE_FOR}). Stop every one of them, then restore.`,
    )
}

/** How much is in there, in words; `undefined` when there is nothing. */
async function contentOf(pool: pg.Pool): Promise<string | undefined> {
  let filled = 0
  for (const table of Object.keys(KEPT)) {
    if (['workspaces', 'learning'].includes(table) || !(await isThere(pool, table))) continue
    const { rows } = await pool.query(`select 1 from "${table}" limit 1`)
    filled += rows.length
  }
  if (filled === 0) return undefined
  const { rows } = await pool.query<{ count: number }>('select count(*) from tickets')
  return `${rows[0]?.count ?? 0} tickets`
}

async function build(
  url: string,
  backup: OpenBackup,
  restoredAt: string,
  onRows: (read: number) => void,
): Promise<End> {
  const pool = newPool(url, { max: 2, options: `-c search_path=${DRAFT}` })
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    const end = await load(
      backup,
      { db, dialect: 'postgres', schema: DRAFT, insert: (table, columns, rows) => insert(pool, table, columns, rows) },
      onRows,
    )
    await markRestored(db, 'postgres', { madeAt: backup.header.madeAt, restoredAt })
    return end
  } finally {
    await db.destroy()
  }
}

async function insert(pool: pg.Pool, table: string, columns: readonly string[], rows: readonly Row[]): Promise<void> {
  const names = columns.map((name) => `"${name}"`).join(', ')
  const atOnce = Math.max(1, Math.floor(MOST_PARAMETERS / columns.length))
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce)
    const places = some.map((row, place) => `(${row.map((_, cell) => `$${place * row.length + cell + 1}`).join(', ')})`)
    await pool.query(`insert into "${table}" (${names}) values ${places.join(', ')}`, some.flat())
  }
}

/** Indexes, constraints and counters move with their tables; the jobs of the old tables point at rows that may not be there. */
async function swap(pool: pg.Pool, home: string, aside: string | undefined): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    if (aside) await client.query(`create schema ${aside}`)
    for (const table of [...Object.keys(KEPT), ...LEFT_OUT, ...MIGRATION_TABLES]) {
      const old = `"${home}"."${table}"`
      const gone = aside ? `alter table if exists ${old} set schema ${aside}` : `drop table if exists ${old} cascade`
      await client.query(gone)
      await client.query(`alter table ${DRAFT}."${table}" set schema "${home}"`)
    }
    const { rows } = await client.query("select to_regclass('graphile_worker._private_jobs') as found")
    if ((rows[0] as { readonly found: string | null } | undefined)?.found)
      await client.query(`
        delete from graphile_worker._private_jobs using graphile_worker._private_tasks as task
        where task.id = task_id and split_part(task.identifier, ':', 1) in (select id from "${home}".workspaces)`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
