import { existsSync } from 'node:fs'
import { setImmediate as letOthersRun } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { ConfigError } from '../../errors.ts'
import { ROWS_AT_ONCE, type Row, type Snapshot, type Table } from './snapshot.ts'
import { KEPT, MIGRATIONS } from './tables.ts'

/**
 * A read transaction on the file: it sees every commit before this call and none after, and holds up no writer. ConfigError when there
 * is no Waybill database at `file`, or when it is damaged.
 */
export function readSqlite(file: string): Snapshot {
  if (!existsSync(file)) throw new ConfigError(`There is no database at ${file}. Check DATABASE_URL.`)
  const database = open(file)
  try {
    database.exec('begin')
    const migrations = migrationsOf(database, file)
    const faults = database.pragma('quick_check(1)', { simple: true })
    if (faults !== 'ok')
      throw new ConfigError(`${file} is damaged (${String(faults)}). A backup of it would be damaged too: restore one.`)
    return {
      dialect: 'sqlite',
      migrations,
      tables: Object.entries(KEPT).flatMap(([name, order]) => tableOf(database, name, order) ?? []),
      close: () => Promise.resolve(void database.close()),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

function open(file: string): BetterSqlite.Database {
  try {
    const database = new BetterSqlite(file, { fileMustExist: true, timeout: 10_000 })
    database.pragma('query_only = on')
    return database
  } catch (error) {
    throw new ConfigError(`${file} cannot be read (${(error as Error).message}).`, { cause: error })
  }
}

function migrationsOf(database: BetterSqlite.Database, file: string): readonly string[] {
  try {
    return database.prepare<[], string>(`select name from ${MIGRATIONS} order by name`).pluck().all()
  } catch (error) {
    throw new ConfigError(`${file} holds no Waybill database (${(error as Error).message}). Check DATABASE_URL.`, {
      cause: error,
    })
  }
}

/** `undefined` for a table that a later migration makes. */
function tableOf(database: BetterSqlite.Database, name: string, order: readonly string[]): Table | undefined {
  const columns = database
    .prepare<[string], string>('select name from pragma_table_info(?) order by name')
    .pluck()
    .all(name)
  if (columns.length === 0) return undefined
  const count = database.prepare<[], number>(`select count(*) from "${name}"`).pluck().get() ?? 0
  return {
    name,
    columns,
    count,
    async *rows() {
      const all = database.prepare<[], Row>(`select ${quoted(columns)} from "${name}" order by ${quoted(order)}`).raw()
      let batch: Row[] = []
      for (const row of all.iterate()) {
        batch.push(row)
        if (batch.length < ROWS_AT_ONCE) continue
        yield batch
        batch = []
        await letOthersRun()
      }
      if (batch.length > 0) yield batch
    },
  }
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
