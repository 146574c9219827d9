import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import type { Database, DatabaseOptions } from '../../src/storage/database.ts'
import { openDatabase } from '../../src/storage/open-database.ts'

/** Every storage test runs on both: `describe.each(DATABASES)('… on %s', (kind) => …)`. */
export const DATABASES = ['sqlite', 'postgres'] as const
export type DatabaseKind = (typeof DATABASES)[number]

const leftovers: (() => Promise<void> | void)[] = []
afterAll(async () => {
  for (const clean of leftovers.splice(0).toReversed()) await clean()
})

/** An empty database with all tables, closed and deleted when the test file ends. */
export async function freshDatabase(kind: DatabaseKind, options: DatabaseOptions = {}): Promise<Database> {
  return reopen(await freshLocation(kind), { groupCommitMs: 1, ...options })
}

/** Opens what another process or an earlier start left there. */
export async function reopen(location: string, options: DatabaseOptions = {}): Promise<Database> {
  const database = await openDatabase(location, { connectionWaitMs: 20_000, ...options })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= database.close())
  leftovers.push(close)
  return { ...database, close }
}

/** Where a database may be created: a file that is not there yet, or an empty Postgres database. */
export async function freshLocation(kind: DatabaseKind): Promise<string> {
  return kind === 'sqlite' ? freshFile() : await freshPostgres()
}

function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  leftovers.push(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'waybill.db')
}

async function freshPostgres(): Promise<string> {
  const server = await postgresUrl()
  const name = `waybill_${randomUUID().replaceAll('-', '')}`
  await ask(server, `create database ${name}`)
  leftovers.push(() => ask(server, `drop database if exists ${name} with (force)`))
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function postgresUrl(): Promise<string> {
  const { TEST_DATABASE_URL } = process.env
  if (TEST_DATABASE_URL) return TEST_DATABASE_URL
  const response = await fetch(inject('postgresAskedAt'))
  const said = await response.text()
  if (!response.ok) throw new Error(said)
  return said
}

async function ask(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
