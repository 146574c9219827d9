import BetterSqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { ConfigError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Database } from './database.ts'

/**
 * Makes this process the one that serves a SQLite database, and frees what the one before it had leased. The lock is a
 * transaction held open on a file beside the database, which the operating system ends with the process, however it dies.
 * ConfigError when somebody else serves. Any number of processes may serve a Postgres database. Returns how to let go.
 */
export async function takeServingLock(database: Database): Promise<() => Promise<void>> {
  if (database.dialect === 'postgres') return () => Promise.resolve()
  const letGo = holdServingLock(database.location)
  try {
    await freeLeases(database)
  } catch (error) {
    letGo()
    throw error
  }
  return () => Promise.resolve(letGo())
}

/** The lock by itself, for what must not happen while somebody serves the file. Returns how to let go. */
export function holdServingLock(databaseFile: string): () => void {
  const file = `${databaseFile}-serving`
  let lock: BetterSqlite.Database | undefined
  try {
    lock = new BetterSqlite(file, { timeout: 0 })
    const held = lock
    held.exec('begin exclusive')
    return () => void held.close()
  } catch (error) {
    lock?.close()
    if (!(error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new ConfigError(
        `The lock ${file} cannot be taken (${(error as Error).message}). Check that you may write to its folder.`,
        { cause: error },
      )
    throw new ConfigError(
      `Another Waybill already serves ${databaseFile} (it holds ${file}). Stop that one first, give this one its own DATABASE_URL, or use Postgres to run several.`,
      { cause: error },
    )
  }
}

/** Leases of posts stay: their outcome is uncertain, and the outbox settles them. */
async function freeLeases(database: Database): Promise<void> {
  await database.write(async (tx) => {
    await tx
      .deleteFrom('jobs')
      .where('state', '=', 'running')
      .where((is) =>
        is.exists(
          is
            .selectFrom('jobs as waiting')
            .select('waiting.id')
            .whereRef('waiting.workspace_id', '=', 'jobs.workspace_id')
            .whereRef('waiting.key', '=', 'jobs.key')
            .where('waiting.state', '<>', 'running'),
        ),
      )
      .execute()
    await tx
      .updateTable('jobs')
      .set({
        state: sql`case when attempts >= max_attempts then 'dead' else 'ready' end`,
        fence: sql`fence + 1`,
        worker: null,
        lease_until: null,
        last_error: 'The process that had it ended.',
      })
      .where('state', '=', 'running')
      .execute()
    await tx
      .updateTable('inbox')
      .set({ lease_until: null })
      .where('state', '=', 'new')
      .where('lease_until', 'is not', null)
      .execute()
  })
  crashPoint('serving-lock.free.after-commit')
}
