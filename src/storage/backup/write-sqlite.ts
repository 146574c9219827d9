import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { Schema } from '../../../db/schema.ts'
import { ConfigError, RejectedError } from '../../errors.ts'
import { holdServingLock } from '../serving-lock.ts'
import type { End, OpenBackup } from './file.ts'
import { load } from './load.ts'
import { markRestored } from './mark-restored.ts'
import { notEmpty, type RestoreOrder } from './restore-order.ts'
import { KEPT } from './tables.ts'

const COMPANIONS = ['-wal', '-shm', '-journal']

/**
 * Builds a new file beside `file` and puts it in its place in one step, so that there is always a whole database there. Resolves with
 * where the old one lies now. ConfigError when a Waybill serves it, RejectedError when it is not empty and `replace` was not
 * asked for.
 */
export async function writeSqlite(
  file: string,
  backup: OpenBackup,
  { replace, restoredAt, onRows }: RestoreOrder,
): Promise<{ readonly end: End; readonly aside: string | undefined }> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const letGo = holdServingLock(file)
  const draft = `${file}-restoring`
  try {
    const tickets = existsSync(file) ? contentOf(file) : undefined
    if (tickets !== undefined && tickets !== 'empty' && !replace) throw notEmpty(file, tickets)
    remove(draft)
    const end = await build(draft, backup, restoredAt, onRows)
    const stamp = restoredAt.replace(/[-:]|\.\d+/g, '')
    const aside = tickets === undefined ? undefined : moveAside(file, `${file}.before-restore-${stamp}`)
    renameSync(draft, file)
    syncFolder(dirname(file))
    if (tickets !== 'empty') return { end, aside }
    if (aside) remove(aside)
    return { end, aside: undefined }
  } catch (error) {
    remove(draft)
    throw error
  } finally {
    letGo()
  }
}

/** How much is in there, in words; what cannot be read is not empty. */
function contentOf(file: string): string {
  let database: BetterSqlite.Database | undefined
  try {
    database = new BetterSqlite(file, { fileMustExist: true, readonly: true, timeout: 5_000 })
    const names = database.prepare<[], string>("select name from sqlite_master where type = 'table'").pluck().all()
    const filled = names.filter(
      (name) =>
        name in KEPT &&
        !['workspaces', 'learning'].includes(name) &&
        database?.prepare(`select 1 from "${name}" limit 1`).get() !== undefined,
    )
    if (filled.length === 0 && names.every((name) => !/^(?!sqlite_|kysely_)/.test(name) || isOurs(name))) return 'empty'
    if (!filled.includes('tickets')) return `${filled.length} tables with rows`
    return `${database.prepare<[], number>('select count(*) from tickets').pluck().get() ?? 0} tickets`
  } catch (error) {
    return `something that cannot be read (${(error as Error).message})`
  } finally {
    database?.close()
  }
}

const isOurs = (name: string): boolean => name in KEPT || ['jobs', 'queue_workers', 'checkpoints'].includes(name)

async function build(
  draft: string,
  backup: OpenBackup,
  restoredAt: string,
  onRows: (read: number) => void,
): Promise<End> {
  closeSync(openSync(draft, 'wx', 0o600))
  const database = new BetterSqlite(draft)
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
  try {
    // Nobody sees this file before it is whole and on disk, so it needs no journal until then.
    database.pragma('journal_mode = memory')
    database.pragma('synchronous = off')
    const end = await load(
      backup,
      {
        db,
        dialect: 'sqlite',
        insert(table, columns, rows) {
          const names = columns.map((name) => `"${name}"`).join(', ')
          const add = database.prepare(
            `insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')})`,
          )
          database.transaction(() => {
            for (const row of rows) add.run(...row)
          })()
          return Promise.resolve()
        },
      },
      onRows,
    )
    await markRestored(db, 'sqlite', { madeAt: backup.header.madeAt, restoredAt })
    const faults = database.pragma('integrity_check(1)', { simple: true })
    if (faults !== 'ok') throw new Error(`The restored database is damaged: ${String(faults)}`)
    return end
  } finally {
    await db.destroy()
    syncFile(draft)
  }
}

/** A hard link, so that at no moment there is no file at the old place. */
function moveAside(file: string, aside: string): string {
  try {
    withoutLog(file)
    linkSync(file, aside)
    return aside
  } catch (error) {
    if (error instanceof RejectedError) throw error
    // Too damaged to be opened, or a file system without links: the log belongs to the file and goes with it.
    for (const companion of COMPANIONS)
      if (existsSync(`${file}${companion}`)) renameSync(`${file}${companion}`, `${aside}${companion}`)
    renameSync(file, aside)
    return aside
  }
}

/** Writes the log into the file and takes it away: a new file must not find the log of the old one. */
function withoutLog(file: string): void {
  const database = new BetterSqlite(file, { fileMustExist: true, timeout: 5_000 })
  try {
    const mode = database.pragma('journal_mode = delete', { simple: true })
    if (mode !== 'delete') throw new Error(`journal mode stays ${String(mode)}`)
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY')
      throw new RejectedError(`Another program has ${file} open. End it, then restore again.`, { cause: error })
    throw error
  } finally {
    database.close()
  }
}

function remove(file: string): void {
  for (const companion of ['', ...COMPANIONS]) rmSync(`${file}${companion}`, { force: true })
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}

/** A rename is on disk when its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } catch (error) {
    throw new ConfigError(`${folder} cannot be written to disk (${(error as Error).message}).`, { cause: error })
  } finally {
    closeSync(handle)
  }
}
