import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { WorkspaceId } from '../core/ids.ts'
import { ConfigError, UnavailableError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Database, DatabaseOptions, Tx } from './database.ts'
import { groupCommit } from './group-commit.ts'
import { addWorkspace, migrate } from './migrate.ts'

const GROUP_COMMIT_MS = 12
/** SQLite waits for a lock by blocking the whole process, so while serving it waits briefly and we ask again. */
const BLOCKING_WAIT_MS = 50
const BUSY_FOR_MS = 30_000
const OPENING_MS = 10_000

/** One connection that writes, one that only reads. */
export async function openSqlite(path: string, workspace: WorkspaceId, options: DatabaseOptions): Promise<Database> {
  const file = resolve(path)
  const writer = open(file)
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: remembering(writer) }) })
  try {
    await beginImmediate(writer, OPENING_MS)
    await migrate(db, 'sqlite', appliedTo(writer), file)
    await addWorkspace(db, workspace)
    writer.exec('commit')
  } catch (error) {
    await db.destroy()
    throw explain(error, file)
  }
  const reader = new BetterSqlite(file, { readonly: true, timeout: 5_000 })
  reader.pragma('mmap_size = 0')
  const read = new Kysely<Schema>({ dialect: new SqliteDialect({ database: remembering(reader) }) })
  await read.selectFrom('workspaces').select('id').execute()

  const listeners: (() => void)[] = []
  const commits = groupCommit<Tx>({
    windowMs: options.groupCommitMs ?? GROUP_COMMIT_MS,
    begin: () => beginImmediate(writer, BUSY_FOR_MS),
    savepoint: () => writer.exec('savepoint work'),
    release: () => writer.exec('release work'),
    rollback: () => writer.exec('rollback to work; release work'),
    isOpen: () => writer.inTransaction,
    commit() {
      crashPoint('database.group.before-commit')
      writer.exec('commit')
      crashPoint('database.group.after-commit')
      for (const listener of listeners) listener()
    },
    abort: () => writer.exec('rollback'),
    tx: db,
  })

  return {
    dialect: 'sqlite',
    workspace,
    location: file,
    read,
    write: (work) => commits.write(work).catch(refuse),
    onCommit: (listener) => void listeners.push(listener),
    async close() {
      await commits.drain()
      await read.destroy()
      await db.destroy()
    },
  }
}

function open(file: string): BetterSqlite.Database {
  try {
    // It holds what customers wrote: a new one belongs to its owner alone, and what SQLite puts beside it does as it does.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    const database = new BetterSqlite(file, { timeout: 5_000 })
    for (const setting of [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'mmap_size = 0',
      `journal_size_limit = ${64 * 1024 * 1024}`,
    ])
      database.pragma(setting)
    database.pragma(`busy_timeout = ${BLOCKING_WAIT_MS}`)
    return database
  } catch (error) {
    throw explain(error, file)
  }
}

function explain(error: unknown, file: string): unknown {
  const { code, message } = error as { readonly code?: string; readonly message: string }
  const wrong = (sentence: string) => new ConfigError(sentence, { cause: error })
  if (code === 'SQLITE_NOTADB') return wrong(`${file} is not a SQLite database. Name another file, or move it away.`)
  if (code === 'SQLITE_BUSY') return wrong(`${file} is locked by another program. End that program, then start again.`)
  if (code?.startsWith('SQLITE_READONLY')) return wrong(`${file} cannot be written to. Check who owns it.`)
  if (code?.startsWith('SQLITE_CORRUPT')) return wrong(`${file} is damaged (${message}). Restore a backup.`)
  if (code?.startsWith('SQLITE_CANTOPEN') || code?.startsWith('E'))
    return wrong(`${file} cannot be opened (${message}). Check that its folder exists and that you may write to it.`)
  return error
}

function refuse(error: unknown): never {
  const { code, message } = error as { readonly code?: string; readonly message: string }
  if (code && /^SQLITE_(FULL|BUSY|IOERR)/.test(code))
    throw new UnavailableError(`The database cannot take the write now (${message}).`, { cause: error })
  throw error
}

function appliedTo(writer: BetterSqlite.Database): readonly string[] {
  const has = writer.prepare(`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`).get()
  if (!has) return []
  return writer
    .prepare<[], { name: string }>('select name from kysely_migration')
    .all()
    .map(({ name }) => name)
}

async function beginImmediate(writer: BetterSqlite.Database, patienceMs: number): Promise<void> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    try {
      writer.exec('begin immediate')
      return
    } catch (error) {
      if (!(error as { code?: string }).code?.startsWith('SQLITE_BUSY') || performance.now() > giveUpAt) throw error
      await sleep(2 + Math.random() * 20)
    }
  }
}

/** Compiling a statement costs more than running it, so compiled ones are kept. */
function remembering(database: BetterSqlite.Database): SqliteDatabase {
  const statements = new Map<string, BetterSqlite.Statement>()
  return {
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      if (statements.size >= 500) statements.clear()
      const statement = database.prepare(sql)
      statements.set(sql, statement)
      return statement
    },
    close() {
      database.close()
    },
  }
}
