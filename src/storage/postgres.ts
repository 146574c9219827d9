import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Schema } from '../../db/schema.ts'
import type { WorkspaceId } from '../core/ids.ts'
import { ConfigError, UnavailableError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Database, DatabaseOptions } from './database.ts'
import { addWorkspace, migrate } from './migrate.ts'

const TRIES = 8

export async function openPostgres(url: string, workspace: WorkspaceId, options: DatabaseOptions): Promise<Database> {
  await prepare(url, workspace)
  const { connections = 10, connectionWaitMs = 2_000, onConnectionError } = options
  const limits = { max: connections, statement_timeout: 5_000, connectionTimeoutMillis: connectionWaitMs }
  const pool = newPool(url, limits, onConnectionError)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const listeners: (() => void)[] = []

  return {
    dialect: 'postgres',
    workspace,
    location: url,
    read: db,
    async write(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          const value = await db.transaction().execute(work)
          crashPoint('database.transaction.after-commit')
          for (const listener of listeners) listener()
          return value
        } catch (error) {
          if (isOutage(error)) throw new UnavailableError('Postgres cannot take the write now.', { cause: error })
          if (attempt >= TRIES || !isConflict(error)) throw error
          await sleep(Math.random() * 10 * 2 ** attempt)
        }
      }
    },
    onCommit: (listener) => void listeners.push(listener),
    close: () => db.destroy(),
  }
}

/** A pool whose bigint columns arrive as numbers and that survives a server going away. */
export function newPool(url: string, config: pg.PoolConfig, onError: (error: Error) => void = () => {}): pg.Pool {
  const types: pg.CustomTypesConfig = {
    getTypeParser: (type, format) =>
      type === pg.types.builtins.INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(type, format),
  }
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 2_000, keepAlive: true, types, ...config })
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  return pool
}

/** Migrations may take longer than a statement of daily work, so they have a connection of their own. */
async function prepare(url: string, workspace: WorkspaceId): Promise<void> {
  const { host, pathname } = parse(url)
  const name = `${host}${pathname}`
  const pool = newPool(url, { max: 1 })
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await reach(db, name)
    await migrate(db, 'postgres', await appliedTo(db), name)
    await addWorkspace(db, workspace)
  } finally {
    await db.destroy()
  }
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch (error) {
    throw new ConfigError('The Postgres address cannot be read. Write it as postgres://user:password@host:5432/name.', {
      cause: error,
    })
  }
}

async function reach(db: Kysely<Schema>, name: string): Promise<void> {
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    throw new ConfigError(
      `Postgres at ${name} cannot be used (${(error as Error).message || (error as { code?: string }).code}). Check address, user and password, and that the server runs.`,
      { cause: error },
    )
  }
}

async function appliedTo(db: Kysely<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ found: string | null }>`select to_regclass('kysely_migration')::text as found`.execute(
    db,
  )
  if (!rows[0]?.found) return []
  const applied = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return applied.rows.map(({ name }) => name)
}

/** Serialization failure or deadlock: the transaction did nothing and may be run again. */
function isConflict(error: unknown): boolean {
  const { code } = error as { readonly code?: string }
  return code === '40001' || code === '40P01'
}

/** The server is gone, shutting down, or all connections are taken. Whether a commit under way was done is then unknown. */
export function isOutage(error: unknown): boolean {
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  if (code !== undefined) return /^(E[A-Z]+|08...|57P0[1-3]|53...)$/.test(code)
  return /timeout exceeded when trying to connect|Connection terminated|not queryable/.test(message ?? '')
}
