import { existsSync, statSync } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import type pg from 'pg'
import { migrations } from '../../db/migrations/index.ts'
import { newPool } from './postgres.ts'

/** What a look at a database shows that neither creates nor changes it. */
export type DatabaseState = {
  readonly dialect: 'sqlite' | 'postgres'
  /** The file, or the address without its password. */
  readonly name: string
} & (
  | { readonly state: 'absent' }
  /** It cannot be used, and why. */
  | { readonly state: 'unusable'; readonly says: string }
  | {
      readonly state: 'there'
      /** Why nothing can be written, or `undefined` when it can. */
      readonly unwritable: string | undefined
      /** Migrations this Waybill has and the database lacks, oldest first. */
      readonly pending: readonly string[]
      /** Migrations of a newer Waybill. */
      readonly unknown: readonly string[]
      /** What SQLite's quick_check found; `undefined` when it was not made. */
      readonly damage: string | undefined
      /** Bytes of the file. */
      readonly size: number | undefined
      /** Whether a process serves it now; `undefined` on Postgres, where any number may. */
      readonly served: boolean | undefined
      /** The newest policy of the workspace as it was imported. */
      readonly policy: string | undefined
    }
)

/** Loads SQLite's native part. Throws when this machine has none that fits. */
export function loadSqlite(): void {
  new BetterSqlite(':memory:').close()
}

const TIMEOUT_MS = 4_000
/** quick_check reads every page: 256 MiB take about a second. */
const CHECKED_BYTES = 256 * 1024 * 1024

/** Looks at 'postgres://…' or a SQLite file without creating, migrating or writing anything. Never rejects for its state. */
export async function inspectDatabase(url: string, workspace: string): Promise<DatabaseState> {
  if (/^postgres(?:ql)?:/i.test(url)) return inspectPostgres(url, workspace)
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'sqlite')
    return { dialect: 'sqlite', name: `${scheme}:…`, state: 'unusable', says: `there is no database "${scheme}:"` }
  return inspectSqlite(resolve(fileOf(url)), workspace)
}

/** The file of a SQLite address; `undefined` for Postgres. */
export const databaseFile = (url: string): string | undefined =>
  /^postgres(?:ql)?:/i.test(url) ? undefined : resolve(fileOf(url))

const fileOf = (url: string): string => url.replace(/^sqlite:(\/\/(?=\/))?/i, '')

async function inspectSqlite(file: string, workspace: string): Promise<DatabaseState> {
  const about = { dialect: 'sqlite', name: file } as const
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown error')
  if (found === 'ENOENT') {
    const hindrance = await cannotCreateIn(dirname(file))
    return hindrance ? { ...about, state: 'unusable', says: hindrance } : { ...about, state: 'absent' }
  }
  if (found === 'ENOTDIR') return { ...about, state: 'unusable', says: 'a part of its path is not a folder' }
  if (typeof found === 'string') return { ...about, state: 'unusable', says: `it cannot be opened (${found})` }
  if (!found.isFile()) return { ...about, state: 'unusable', says: 'it is not a file' }
  const unwritable = await access(file, constants.W_OK).then(
    () => undefined,
    () => 'its owner does not let you write to it',
  )
  let database: BetterSqlite.Database | undefined
  try {
    database = new BetterSqlite(file, { fileMustExist: true, readonly: unwritable !== undefined, timeout: 1_000 })
    const applied = appliedTo(database)
    return {
      ...about,
      state: 'there',
      unwritable: unwritable ?? refusesWrites(database),
      ...compare('sqlite', applied),
      damage: found.size <= CHECKED_BYTES ? damageOf(database) : undefined,
      size: found.size,
      served: isServed(`${file}-serving`),
      policy: newestPolicy(database, workspace),
    }
  } catch (error) {
    return { ...about, state: 'unusable', says: (error as Error).message }
  } finally {
    database?.close()
  }
}

/** Why a file cannot come into being there; folders that are missing are created with it. */
async function cannotCreateIn(folder: string): Promise<string | undefined> {
  let nearest = folder
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  if (!statSync(nearest).isDirectory()) return `${nearest} is not a folder`
  return access(nearest, constants.W_OK | constants.X_OK).then(
    () => undefined,
    () => `you may not write to ${nearest}`,
  )
}

const hasTable = (database: BetterSqlite.Database, name: string): boolean =>
  database.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(name) !== undefined

const appliedTo = (database: BetterSqlite.Database): readonly string[] =>
  hasTable(database, 'kysely_migration')
    ? database
        .prepare<[], { name: string }>('select name from kysely_migration')
        .all()
        .map(({ name }) => name)
    : []

const newestPolicy = (database: BetterSqlite.Database, workspace: string): string | undefined =>
  hasTable(database, 'policies')
    ? database
        .prepare<[string], { document: string }>(
          'select document from policies where workspace_id = ? order by version desc limit 1',
        )
        .get(workspace)?.document
    : undefined

/** Takes the write lock and lets go of it. Somebody else writing at the moment is no refusal. */
function refusesWrites(database: BetterSqlite.Database): string | undefined {
  try {
    database.exec('begin immediate')
    database.exec('rollback')
    return undefined
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    return code?.startsWith('SQLITE_BUSY') ? undefined : message
  }
}

function damageOf(database: BetterSqlite.Database): string | undefined {
  const [first] = database.pragma('quick_check(1)') as readonly { readonly quick_check: string }[]
  return first?.quick_check === 'ok' ? undefined : (first?.quick_check ?? 'quick_check said nothing')
}

/** The one that serves holds the file exclusively, so that not even a read gets in. */
function isServed(lockFile: string): boolean {
  if (!existsSync(lockFile)) return false
  let lock: BetterSqlite.Database | undefined
  try {
    lock = new BetterSqlite(lockFile, { readonly: true, fileMustExist: true, timeout: 0 })
    lock.prepare('select 1 from sqlite_master').get()
    return false
  } catch (error) {
    return (error as { readonly code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
  } finally {
    lock?.close()
  }
}

async function inspectPostgres(url: string, workspace: string): Promise<DatabaseState> {
  const name = nameOf(url)
  const about = { dialect: 'postgres', name: name ?? 'postgres://…' } as const
  if (!name) return { ...about, state: 'unusable', says: 'the address cannot be read' }
  const pool = newPool(url, { max: 1, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS })
  try {
    if (!(await hasRelation(pool, 'kysely_migration'))) return { ...about, state: 'absent' }
    const applied = await pool.query<{ name: string }>('select name from kysely_migration')
    const may = await pool.query<{ may: boolean; standby: boolean }>(
      `select has_table_privilege('kysely_migration', 'insert') as may, pg_is_in_recovery() as standby`,
    )
    const policy = (await hasRelation(pool, 'policies'))
      ? await pool.query<{ document: string }>(
          'select document from policies where workspace_id = $1 order by version desc limit 1',
          [workspace],
        )
      : undefined
    const [rights] = may.rows
    return {
      ...about,
      state: 'there',
      unwritable: rights?.standby
        ? 'it is a standby'
        : rights?.may
          ? undefined
          : 'this user may not write to its tables',
      ...compare(
        'postgres',
        applied.rows.map((row) => row.name),
      ),
      damage: undefined,
      size: undefined,
      served: undefined,
      policy: policy?.rows[0]?.document,
    }
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return { ...about, state: 'unusable', says: message || (code ?? 'it does not answer') }
  } finally {
    await pool.end().catch(() => undefined)
  }
}

async function hasRelation(pool: pg.Pool, name: string): Promise<boolean> {
  const { rows } = await pool.query<{ found: string | null }>('select to_regclass($1)::text as found', [name])
  return rows[0]?.found != null
}

function nameOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { host, pathname } = new URL(url)
  return `postgres://${host}${pathname}`
}

function compare(dialect: 'sqlite' | 'postgres', applied: readonly string[]) {
  const known = Object.keys(migrations(dialect))
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}
