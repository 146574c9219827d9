import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type App, buildApp, Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import { restoreBackup, takeBackup } from '../../src/storage/backup/index.ts'
import { KEPT, LEFT_OUT } from '../../src/storage/backup/tables.ts'
import { takeServingLock } from '../../src/storage/serving-lock.ts'
import { DATABASES, type DatabaseKind, freshDatabase, freshLocation, reopen } from '../support/databases.ts'
import { silentLog } from '../support/log.ts'
import { anInboundTicket } from '../support/tickets.ts'
import { trainOnce } from '../support/trained.ts'
import { FEW_TOPICS, policyDocument } from '../support/workplace.ts'

const MADE_AT = '2026-01-05T09:00:00.000Z'
const RESTORED_AT = '2026-01-05T10:00:00.000Z'

function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-backup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'waybill.backup')
}

const backUp = (url: string, file: string, { force = false } = {}) =>
  takeBackup({ url, file, force, waybill: '0.1.0', now: () => MADE_AT, onPart: () => {} })

const putBack = (file: string, url: string, { replace = false, workspace = 'default' } = {}) =>
  restoreBackup({ file, url, workspace, replace, now: () => RESTORED_AT, onPart: () => {} })

async function opened(url: string): Promise<App> {
  const settings = readSettings({ DATABASE_URL: url, PORT: '0' }, Settings)
  const app = await buildApp(settings, { log: silentLog, groupCommitMs: 1, sweepSeconds: 0, train: trainOnce })
  onTestFinished(() => app.stop())
  return app
}

/** Tickets with words from everywhere, decided, posts in every state, a click nobody finished. */
async function filled(kind: DatabaseKind): Promise<string> {
  const url = await freshLocation(kind)
  const app = await opened(url)
  const at = app.clock.now()
  await app.policies.importDocument(policyDocument({ topics: FEW_TOPICS }), { author: 'test', reason: 'test', at })
  for (const [place, body] of [
    'plain',
    'two\nlines\r\nthree',
    '日本語 🙂 עברית',
    '\u2028 "quotes" \\ \u0007',
  ].entries()) {
    const { ticket } = await app.receive(
      anInboundTicket({
        externalId: `m-${place}`,
        body,
        requester: { email: `${place}@customer.example`, name: undefined },
      }),
    )
    await app.posts.intend(
      { key: `${place}`.repeat(64), kind: 'card', ticketId: ticket.id, target: 'C0MONEY', urgent: place === 0 },
      at,
    )
  }
  await app.posts.claim('0'.repeat(64), at, at)
  await app.posts.adopt('1'.repeat(64), { ts: '1.000001', channel: 'C0MONEY' })
  await app.inbox.store({ key: 'click', kind: 'slack_interaction', payload: '{}', receivedAt: at })
  await app.stop()
  return url
}

const linesOf = (file: string): unknown[] =>
  gunzipSync(readFileSync(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

/** Table -> its lines, without those a restore changes on purpose. */
function tablesIn(file: string): Record<string, unknown[]> {
  const tables: Record<string, unknown[]> = {}
  let rows: unknown[] = []
  for (const line of linesOf(file).slice(1, -1)) {
    if (Array.isArray(line)) rows.push(line)
    else {
      rows = [line]
      tables[(line as { table: string }).table] = rows
    }
  }
  const { restores: _, slack_posts: __, ...rest } = tables
  return rest
}

const ticketsIn = async (url: string): Promise<number> => {
  const database = await reopen(url)
  const { count } = await database.read
    .selectFrom('tickets')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  await database.close()
  return count
}

test.each(DATABASES)('every table on %s is in a backup or left out on purpose', async (kind) => {
  const database = await freshDatabase(kind)
  const tables = (await database.read.introspection.getTables())
    .filter(({ name, schema }) => !name.startsWith('kysely_') && (schema === undefined || schema === 'public'))
    .map(({ name }) => name)

  expect(tables.toSorted()).toEqual([...Object.keys(KEPT), ...LEFT_OUT].toSorted())
})

describe.each(DATABASES.flatMap((from) => DATABASES.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
  test('everything arrives, character for character', async () => {
    const [first, second] = [freshFile(), freshFile()]
    const [source, target] = [await filled(from), await freshLocation(to)]
    const backup = await backUp(source, first)

    const restored = await putBack(first, target)
    await backUp(target, second)

    expect(backup.rows).toMatchObject({ tickets: 4, messages: 4, slack_posts: 4, inbox: 1 })
    expect(restored).toMatchObject({ rows: backup.rows, aside: undefined, from })
    expect(tablesIn(second)).toEqual(tablesIn(first))
  })

  test('what was on its way counts as uncertain, and numbers go on higher up', async () => {
    const [file, target] = [freshFile(), await freshLocation(to)]
    await backUp(await filled(from), file)
    await putBack(file, target)
    const app = await opened(target)

    const posts = await app.database.read
      .selectFrom('slack_posts')
      .select(['key', 'state', 'fence'])
      .orderBy('key')
      .execute()
    expect(posts.map(({ state }) => state)).toEqual(['uncertain', 'posted', 'uncertain', 'uncertain'])
    expect(posts[0]?.fence).toBe(2)
    const { ticket } = await app.receive(
      anInboundTicket({ externalId: 'new', requester: { email: 'n@customer.example', name: undefined } }),
    )
    expect(ticket.number).toBe(1005)
    expect(await app.database.read.selectFrom('restores').selectAll().execute()).toEqual([
      { workspace_id: 'default', epoch: 1, backup_made_at: MADE_AT, restored_at: RESTORED_AT, reconciled_at: null },
    ])
  })
})

describe.each(DATABASES)('a restore on %s', (kind) => {
  let source: string
  beforeAll(async () => {
    source = await freshLocation(kind)
  })

  async function aBackup(): Promise<string> {
    const file = freshFile()
    await backUp(await filled('sqlite'), file)
    return file
  }

  test('refuses a database that is not empty, unless it may move it aside, and then counts the restores', async () => {
    const file = await aBackup()
    await putBack(file, source)

    await expect(putBack(file, source)).rejects.toThrow(/is not empty: it holds 4 tickets.*--replace/)
    const { aside } = await putBack(file, source, { replace: true })

    expect(aside).toMatch(/before.restore.20260105/)
    if (kind === 'sqlite') expect(await ticketsIn(aside!)).toBe(4)
    const database = await reopen(source)
    expect(await database.read.selectFrom('restores').select('epoch').execute()).toEqual([{ epoch: 1 }])
    if (kind === 'postgres') {
      const { rows } = await sql<{ count: number }>`select count(*) from ${sql.table(`${aside}.tickets`)}`.execute(
        database.read,
      )
      expect(rows[0]?.count).toBe(4)
    }
    await database.close()
  })

  test('refuses while somebody serves the database', async () => {
    const file = await aBackup()
    const database = await freshDatabase(kind)
    const letGo = await takeServingLock(database)
    if (kind === 'postgres') {
      const beat = { workspace_id: 'default', id: 'w', beat_at: new Date().toISOString() }
      await database.write((tx) => tx.insertInto('queue_workers').values(beat).execute())
    }

    await expect(putBack(file, database.location)).rejects.toThrow(/serves/)

    await letGo()
    if (kind === 'postgres') await database.write((tx) => tx.deleteFrom('queue_workers').execute())
    await database.close()
    await expect(putBack(file, database.location)).resolves.toMatchObject({ rows: { tickets: 4 } })
  })

  test.each<readonly [string, (bytes: Buffer) => Buffer, RegExp]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 400), /cut off|damaged/],
    ['changed in one place', (bytes) => rewritten(bytes, (text) => text.replace('plain', 'plaim')), /checksum/],
    ['without a row', (bytes) => rewritten(bytes, (text) => text.replace(/^\["[^\n]*\n/m, '')), /damaged/],
    ['no backup', () => gzipSync('{"hello":1}\n'), /no Waybill backup/],
    ['not compressed', () => Buffer.from('select 1'), /no Waybill backup/],
    [
      'of a newer version',
      (bytes) => signedAnew(rewritten(bytes, (text) => text.replace('0002-restores', '0999-later'))),
      /newer/,
    ],
  ])('refuses a file that is %s, and leaves the database as it was', async (_, spoil, why) => {
    const file = await aBackup()
    const target = await freshLocation(kind)
    await putBack(file, target)
    const spoilt = `${file}.spoilt`
    writeFileSync(spoilt, spoil(readFileSync(file)))

    await expect(putBack(spoilt, target, { replace: true })).rejects.toThrow(why)

    expect(await ticketsIn(target)).toBe(4)
  })

  test('refuses the backup of another workspace', async () => {
    await expect(putBack(await aBackup(), await freshLocation(kind), { workspace: 'other' })).rejects.toThrow(
      'holds the workspace "default", but WORKSPACE is "other"',
    )
  })
})

const rewritten = (bytes: Buffer, change: (text: string) => string): Buffer =>
  gzipSync(change(gunzipSync(bytes).toString()))

/** With the checksum of what it says now. */
function signedAnew(bytes: Buffer): Buffer {
  const text = gunzipSync(bytes).toString()
  const lines = text.slice(0, text.lastIndexOf('{"end"'))
  const sha256 = createHash('sha256').update(lines).digest('hex')
  return gzipSync(text.replace(/"sha256":"[^"]*"/, `"sha256":"${sha256}"`))
}

describe('a backup', () => {
  test('never overwrites a file unless told to, is for its owner only, and leaves nothing half-done behind', async () => {
    const [url, file] = [await filled('sqlite'), freshFile()]
    await backUp(url, file)

    await expect(backUp(url, file)).rejects.toThrow('--force')
    await expect(backUp(url, file, { force: true })).resolves.toMatchObject({ file, from: 'sqlite', epoch: 0 })

    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(() => statSync(`${file}.unfinished`)).toThrow('ENOENT')
  })

  test('becomes a database for its owner only', async () => {
    const [url, file, target] = [await filled('sqlite'), freshFile(), await freshLocation('sqlite')]
    await backUp(url, file)

    await putBack(file, target)

    expect(statSync(target).mode & 0o777).toBe(0o600)
  })

  test('of a damaged or missing database is refused', async () => {
    const url = await filled('sqlite')
    const file = freshFile()
    const damaged = `${file}.db`
    copyFileSync(url, damaged)
    const bytes = readFileSync(damaged)
    bytes.fill(0x5a, 8_192, bytes.length - 4_096)
    writeFileSync(damaged, bytes)

    await expect(backUp(damaged, file)).rejects.toThrow(/damaged|no Waybill database/)
    await expect(backUp(`${file}.nowhere`, file)).rejects.toThrow('There is no database at')
    expect(() => statSync(file)).toThrow('ENOENT')
  })

  test('puts a damaged file aside when a good backup replaces it', async () => {
    const [url, file] = [await filled('sqlite'), freshFile()]
    await backUp(url, file)
    writeFileSync(url, 'this was a database once')

    const { aside } = await putBack(file, url, { replace: true })

    expect(readFileSync(aside!, 'utf8')).toBe('this was a database once')
    expect(await ticketsIn(url)).toBe(4)
  })
})
