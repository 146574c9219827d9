import { rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { workspaceId } from '../../src/core/ids.ts'
import { timestamp } from '../../src/core/time.ts'
import { ConfigError, UnavailableError } from '../../src/errors.ts'
import type { Database, Tx } from '../../src/storage/database.ts'
import { openDatabase } from '../../src/storage/open-database.ts'
import { startChild } from '../support/child.ts'
import { DATABASES, freshDatabase, freshLocation, reopen } from '../support/databases.ts'

const CHILD = join(import.meta.dirname, 'child-process.ts')
const at = timestamp('2026-01-05T09:00:00Z')

const addRaw = (database: Database, tx: Tx, hash: string) =>
  tx
    .insertInto('raw_inputs')
    .values({ workspace_id: database.workspace, hash, type: 'text/plain', base64: '', stored_at: at })
    .execute()

const stored = async (database: Database): Promise<string[]> =>
  (await database.read.selectFrom('raw_inputs').select('hash').orderBy('hash').execute()).map(({ hash }) => hash)

describe.each(DATABASES)('database on %s', (kind) => {
  let database: Database

  beforeEach(async () => {
    database = await freshDatabase(kind)
  })

  test('begins with its workspace and an empty learning log', async () => {
    const workspaces = await database.read.selectFrom('workspaces').select('id').execute()
    const learning = await database.read.selectFrom('learning').selectAll().execute()

    expect(workspaces).toEqual([{ id: 'default' }])
    expect(learning).toEqual([{ workspace_id: 'default', sequence: 0, generation: 0 }])
  })

  test('keeps what was written when it is opened again, and adds another workspace beside it', async () => {
    await database.write((tx) => addRaw(database, tx, 'a'))
    await database.close()
    const again = await reopen(database.location, { workspace: workspaceId('second') })

    expect(await stored(again)).toEqual(['a'])
    expect(await again.read.selectFrom('workspaces').select('id').orderBy('id').execute()).toEqual([
      { id: 'default' },
      { id: 'second' },
    ])
  })

  test('undoes a write that throws, alone, and tells only the one who asked for it', async () => {
    const writes = ['a', 'b', 'c', 'd'].map((hash) =>
      database.write(async (tx) => {
        await addRaw(database, tx, hash)
        if (hash === 'b') throw new Error('refused')
        return hash
      }),
    )
    const results = await Promise.allSettled(writes)

    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([
      'a',
      'refused',
      'c',
      'd',
    ])
    expect(await stored(database)).toEqual(['a', 'c', 'd'])
  })

  test('undoes a write whose statement the database refuses', async () => {
    await database.write((tx) => addRaw(database, tx, 'a'))
    const twice = database.write(async (tx) => {
      await addRaw(database, tx, 'b')
      await addRaw(database, tx, 'a')
    })
    const other = database.write((tx) => addRaw(database, tx, 'c'))

    await expect(twice).rejects.toThrow(/unique/i)
    await other
    expect(await stored(database)).toEqual(['a', 'c'])
  })

  test('resolves a write only when another connection can see it', async () => {
    const other = await reopen(database.location)
    const hashes = Array.from({ length: 50 }, (_, index) => `h${index}`)
    const seen = await Promise.all(
      hashes.map(async (hash) => {
        await database.write((tx) => addRaw(database, tx, hash))
        return (await stored(other)).includes(hash)
      }),
    )

    expect(seen.every(Boolean)).toBe(true)
  })

  test('calls whoever waits for commits, and not after a write that was undone', async () => {
    let commits = 0
    database.onCommit(() => {
      commits += 1
    })
    await database.write((tx) => addRaw(database, tx, 'a'))
    expect(commits).toBe(1)
  })

  test('takes writes from four processes at once and loses none', async () => {
    const children = ['a', 'b', 'c', 'd'].map((name) => startChild(CHILD, database.location, 'write', name, '100'))
    const mine = Array.from({ length: 100 }, (_, index) => database.write((tx) => addRaw(database, tx, `h${index}`)))
    await Promise.all(mine)

    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0, 0])
    const { count } = await database.read
      .selectFrom('inbox')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(400)
    expect(children.map(({ lines }) => lines.length)).toEqual([100, 100, 100, 100])
  })

  test('has everything it acknowledged after kill -9', async () => {
    const child = startChild(CHILD, database.location, 'write', 'a', '100000')
    await vi.waitFor(() => expect(child.lines.length).toBeGreaterThan(100), { timeout: 20_000 })
    await child.kill()

    const rows = await database.read.selectFrom('inbox').select('key').execute()
    const keys = new Set(rows.map(({ key }) => key))
    expect(child.lines.filter((key) => !keys.has(key))).toEqual([])
  })

  test('refuses tables that a newer Waybill wrote', async () => {
    await database.write((tx) =>
      sql`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030')`.execute(tx),
    )
    await database.close()
    const opening = openDatabase(database.location)

    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow(/newer Waybill.*9999-from-the-future/)
  })

  test('leaves nothing half done when a migration fails', async () => {
    await database.write(async (tx) => {
      await sql`delete from kysely_migration`.execute(tx)
      await sql`drop table tickets`.execute(tx)
    })
    await database.close()

    await expect(openDatabase(database.location)).rejects.toThrow(/could not be brought up to date/)
    await expect(openDatabase(database.location)).rejects.toThrow(/could not be brought up to date/)
  })

  test('can be opened by many at the same moment while it is still empty', async () => {
    const location = await freshLocation(kind)
    const opened = await Promise.all(Array.from({ length: 4 }, () => reopen(location)))

    for (const each of opened) expect(await stored(each)).toEqual([])
  })
})

describe('database on SQLite', () => {
  test('shares one commit among the writes that arrive together', async () => {
    const database = await freshDatabase('sqlite', { groupCommitMs: 10 })
    let commits = 0
    database.onCommit(() => {
      commits += 1
    })
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => database.write((tx) => addRaw(database, tx, `h${index}`))),
    )

    expect(await stored(database)).toHaveLength(1_000)
    expect(commits).toBe(5)
  })

  test('writes ahead to a log that is flushed at every commit', async () => {
    const database = await freshDatabase('sqlite')
    const settings = await database.write(async (tx) => ({
      journal: await sql`pragma journal_mode`.execute(tx),
      flushed: await sql`pragma synchronous`.execute(tx),
      keys: await sql`pragma foreign_keys`.execute(tx),
      mapped: await sql`pragma mmap_size`.execute(tx),
    }))

    expect(settings.journal.rows).toEqual([{ journal_mode: 'wal' }])
    expect(settings.flushed.rows).toEqual([{ synchronous: 2 }])
    expect(settings.keys.rows).toEqual([{ foreign_keys: 1 }])
    expect(settings.mapped.rows).toEqual([{ mmap_size: 0 }])
  })

  test('is readable by its owner only, as is what stands beside it', async () => {
    const file = join(dirname(await freshLocation('sqlite')), 'new', 'waybill.db')
    const database = await reopen(file)
    await database.write((tx) => addRaw(database, tx, 'a'))

    const modes = [dirname(file), file, `${file}-wal`, `${file}-shm`].map((path) =>
      (statSync(path).mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['700', '600', '600', '600'])
    await database.close()
  })

  test('cannot write through the connection for reading', async () => {
    const database = await freshDatabase('sqlite')

    await expect(addRaw(database, database.read, 'a')).rejects.toThrow(/readonly/)
  })

  test('waits for a program that is writing', async () => {
    const database = await freshDatabase('sqlite')
    const other = new BetterSqlite(database.location)
    other.exec('begin immediate')
    let done = false
    const write = database.write((tx) => addRaw(database, tx, 'a')).then(() => (done = true))
    await vi.waitFor(async () => expect(await stored(database)).toEqual([]))
    expect(done).toBe(false)
    other.exec('commit')
    other.close()
    await write

    expect(await stored(database)).toEqual(['a'])
  })

  test('finishes the writes it was given before it closes, and takes no more', async () => {
    const database = await freshDatabase('sqlite', { groupCommitMs: 1_000 })
    const write = database.write((tx) => addRaw(database, tx, 'a'))
    await database.close()
    await write

    expect(await stored(await reopen(database.location))).toEqual(['a'])
    await expect(database.write((tx) => addRaw(database, tx, 'b'))).rejects.toThrow('closed')
  })
})

describe('a database that cannot take a write now', () => {
  test('is told from one that refuses it: SQLite with a full disk', async () => {
    const database = await freshDatabase('sqlite')
    const pages = await database.write(
      async (tx) => (await sql<{ page_count: number }>`pragma page_count`.execute(tx)).rows,
    )
    await database.write((tx) => sql.raw(`pragma max_page_count = ${pages[0]!.page_count + 2}`).execute(tx))
    const large = database.write((tx) =>
      tx
        .insertInto('raw_inputs')
        .values({ workspace_id: 'default', hash: 'a', type: '', base64: 'x'.repeat(100_000), stored_at: at })
        .execute(),
    )

    await expect(large).rejects.toThrow(UnavailableError)
    await database.write((tx) => sql`pragma max_page_count = 1000000`.execute(tx))
    await database.write((tx) => addRaw(database, tx, 'b'))
    expect(await stored(database)).toEqual(['b'])
  })

  test('is told from one that refuses it: Postgres with every connection taken', async () => {
    const database = await reopen(await freshLocation('postgres'), { connections: 1, connectionWaitMs: 50 })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const holder = database.write(async () => held)

    await expect(database.write((tx) => addRaw(database, tx, 'a'))).rejects.toThrow(UnavailableError)
    release()
    await holder
    await database.write((tx) => addRaw(database, tx, 'b'))
    expect(await stored(database)).toEqual(['b'])
  })

  test('is told from one that refuses it: Postgres after the connection broke', async () => {
    const database = await freshDatabase('postgres')
    const cut = database.write(async (tx) => {
      await addRaw(database, tx, 'a')
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })

    await expect(cut).rejects.toThrow(UnavailableError)
    await database.write((tx) => addRaw(database, tx, 'b'))
    expect(await stored(database)).toEqual(['b'])
  })
})

describe('an address that cannot be used', () => {
  const refused = async (url: string): Promise<string> => {
    const error = await openDatabase(url).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }

  test('is refused with a sentence that says what to do', async () => {
    expect(await refused('mysql://localhost/waybill')).toContain('"mysql:"')
    expect(await refused('sqlite::memory:')).toContain('names no file')
    expect(await refused('/dev/null/waybill.db')).toContain('cannot be opened')
    expect(await refused('postgres://nobody@127.0.0.1:1/waybill')).toMatch(
      /127\.0\.0\.1:1\/waybill cannot be used.*ECONNREFUSED/,
    )
  })

  test('never shows a password', async () => {
    expect(await refused('postgres://nobody:secret@127.0.0.1:1/waybill')).not.toContain('secret')
  })

  test('may be a file that is something else', async () => {
    const file = await freshLocation('sqlite')
    writeFileSync(file, 'This is a letter to my grandmother, and nothing like a database at all.'.repeat(20))

    expect(await refused(file)).toContain('is not a SQLite database')
  })

  test('may name a folder that is not there yet', async () => {
    const file = await freshLocation('sqlite')
    rmSync(dirname(file), { recursive: true })
    const database = await reopen(`sqlite:${file}`)

    expect(database.location).toBe(file)
  })
})
