import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { RejectedError } from '../../errors.ts'
import { placeOf } from '../open-database.ts'
import { type Header, openBackup, writeBackup } from './file.ts'
import { readPostgres } from './read-postgres.ts'
import { readSqlite } from './read-sqlite.ts'
import type { Snapshot } from './snapshot.ts'
import { writePostgres } from './write-postgres.ts'
import { syncFolder, writeSqlite } from './write-sqlite.ts'

export interface Backup extends Header {
  readonly file: string
  readonly bytes: number
  /** Table -> how many rows. */
  readonly rows: Readonly<Record<string, number>>
  /** Of the lines in it, before they were compressed. */
  readonly sha256: string
}

/**
 * Copies everything that cannot be worked out again into one file, as it stands at the moment of the call, while a Waybill goes on
 * writing. The file is read back whole before it gets its name. RejectedError when `file` is there and `force` was not
 * asked for. `onPart` is told a share from 0 to 1.
 */
export async function takeBackup(order: {
  readonly url: string
  readonly file: string
  readonly force: boolean
  readonly waybill: string
  readonly now: () => string
  readonly onPart: (part: number, rows: number) => void
}): Promise<Backup> {
  const file = resolve(order.file)
  const draft = `${file}.unfinished`
  if (existsSync(file) && !order.force)
    throw new RejectedError(`${file} is there already. Name another file, or add --force to overwrite it.`)
  const place = placeOf(order.url)
  const madeAt = order.now()
  const snapshot = place.dialect === 'sqlite' ? readSqlite(place.file) : await readPostgres(place.url)
  try {
    rmSync(draft, { force: true })
    const all = snapshot.tables.reduce((sum, { count }) => sum + count, 0)
    const header: Header = {
      format: 'waybill-backup',
      formatVersion: 1,
      waybill: order.waybill,
      madeAt,
      from: snapshot.dialect,
      ...(await identityOf(snapshot)),
      migrations: [...snapshot.migrations],
    }
    const end = await writeBackup(draft, header, snapshot, (rows) => order.onPart((0.8 * rows) / (all || 1), rows))
    await check(draft)
    order.onPart(1, all)
    renameSync(draft, file)
    syncFolder(dirname(file))
    return { file, bytes: statSync(file).size, ...header, ...end }
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    await snapshot.close()
  }
}

async function identityOf({ tables }: Snapshot): Promise<Pick<Header, 'workspaces' | 'epoch'>> {
  return {
    workspaces: (await column(tables, 'workspaces', 'id')).map(String),
    epoch: Math.max(0, ...(await column(tables, 'restores', 'epoch')).map(Number)),
  }
}

async function column(tables: Snapshot['tables'], name: string, wanted: string): Promise<readonly unknown[]> {
  const table = tables.find((one) => one.name === name)
  const place = table?.columns.indexOf(wanted) ?? -1
  const values: unknown[] = []
  if (table && place >= 0) for await (const rows of table.rows()) values.push(...rows.map((row) => row[place]))
  return values
}

export interface Restored extends Backup {
  readonly restoredAt: string
  /** Where what was there before lies now: a file, or a schema of the Postgres database. */
  readonly aside: string | undefined
}

/**
 * Puts a backup in the place of the database, all or nothing. ConfigError when a Waybill serves that one; RejectedError when it is not
 * empty (without `replace`), when the file is damaged, or when it does not hold `workspace`.
 */
export async function restoreBackup(order: {
  readonly file: string
  readonly url: string
  readonly workspace: string
  readonly replace: boolean
  readonly now: () => string
  readonly onPart: (part: number, rows: number) => void
}): Promise<Restored> {
  const file = resolve(order.file)
  // Once to see whether it is whole, before anything is touched; its end also tells how long the second time takes.
  const { header, ...whole } = await check(file)
  if (!header.workspaces.includes(order.workspace))
    throw new RejectedError(
      `${file} holds the workspace "${header.workspaces.join('", "')}", but WORKSPACE is "${order.workspace}".`,
    )
  const all = Object.values(whole.rows).reduce((sum, count) => sum + count, 0)
  const restoredAt = order.now()
  const place = placeOf(order.url)
  const backup = await openBackup(file)
  try {
    const how = {
      replace: order.replace,
      restoredAt,
      onRows: (rows: number) => order.onPart(rows / (all || 1), rows),
    }
    const { aside } =
      place.dialect === 'sqlite'
        ? await writeSqlite(place.file, backup, how)
        : await writePostgres(place.url, backup, how)
    return { file, bytes: statSync(file).size, ...header, ...whole, restoredAt, aside }
  } finally {
    await backup.close()
  }
}

async function check(file: string): Promise<{ header: Header; rows: Record<string, number>; sha256: string }> {
  const backup = await openBackup(file)
  try {
    const parts = backup.parts()
    for (;;) {
      const { value, done } = await parts.next()
      if (done) return { header: backup.header, ...value }
    }
  } finally {
    await backup.close()
  }
}
