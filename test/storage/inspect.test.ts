import { existsSync, writeFileSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { migrations } from '../../db/migrations/index.ts'
import { timestamp } from '../../src/core/time.ts'
import { databaseFile, inspectDatabase } from '../../src/storage/inspect.ts'
import { openDatabase } from '../../src/storage/open-database.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { takeServingLock } from '../../src/storage/serving-lock.ts'
import { DATABASES, freshLocation } from '../support/databases.ts'
import { POLICY_FILE } from '../support/policies.ts'

const change = { author: 'test', reason: 'test', at: timestamp('2026-01-01T00:00:00Z') }

describe.each(DATABASES)('looking at a database on %s', (kind) => {
  test('that is not there says so and leaves it so', async () => {
    const location = await freshLocation(kind)

    for (const _ of ['once', 'twice'])
      expect(await inspectDatabase(location, 'default')).toMatchObject({ dialect: kind, state: 'absent' })
    if (kind === 'sqlite') expect(existsSync(location)).toBe(false)
  })

  test('that is up to date shows its policy, of its own workspace only', async () => {
    const location = await freshLocation(kind)
    const database = await openDatabase(location)
    await policyStore(database).importDocument(POLICY_FILE, change)
    await database.close()

    const state = await inspectDatabase(location, 'default')

    expect(state).toMatchObject({
      state: 'there',
      unwritable: undefined,
      pending: [],
      unknown: [],
      damage: undefined,
      policy: POLICY_FILE,
    })
    expect(await inspectDatabase(location, 'other')).toMatchObject({ state: 'there', policy: undefined })
  })

  test('that is behind or ahead names the migrations, and changes nothing', async () => {
    const location = await freshLocation(kind)
    const database = await openDatabase(location)
    const [first = ''] = Object.keys(migrations(kind))
    await database.write((tx) => sql`update kysely_migration set name = '9999-later' where name = ${first}`.execute(tx))

    for (const _ of ['once', 'twice'])
      expect(await inspectDatabase(location, 'default')).toMatchObject({
        state: 'there',
        pending: [first],
        unknown: ['9999-later'],
      })
    await database.close()
  })

  test('works while somebody serves it', async () => {
    const location = await freshLocation(kind)
    const database = await openDatabase(location)
    const before = await inspectDatabase(location, 'default')
    const release = await takeServingLock(database)
    const during = await inspectDatabase(location, 'default')
    await release()
    const after = await inspectDatabase(location, 'default')
    await database.close()

    const served = [before, during, after].map((state) => (state.state === 'there' ? state.served : state.state))
    expect(served).toEqual(kind === 'sqlite' ? [false, true, false] : [undefined, undefined, undefined])
  })
})

test('what is no database says so, and stays as it is', async () => {
  const location = await freshLocation('sqlite')
  writeFileSync(location, 'this is a text file and no database at all, however long it may be')

  expect(await inspectDatabase(location, 'default')).toMatchObject({
    state: 'unusable',
    says: expect.stringContaining('not a database') as string,
  })
})

test.each([
  ['postgres://user:hunter2@127.0.0.1:9/name', 'postgres://127.0.0.1:9/name'],
  ['mysql://user:hunter2@host/name', 'mysql:…'],
  ['postgres://[', 'postgres://…'],
])('an address that cannot be used is named without its password: %s', async (url, name) => {
  const state = await inspectDatabase(url, 'default')

  expect(state).toMatchObject({ state: 'unusable', name })
  expect(JSON.stringify(state)).not.toContain('hunter2')
})

test('only SQLite has a file', () => {
  expect(databaseFile('sqlite:./data/waybill.db')).toMatch(/\/data\/waybill\.db$/)
  expect(databaseFile('sqlite:///var/lib/waybill.db')).toBe('/var/lib/waybill.db')
  expect(databaseFile('postgres://host/name')).toBeUndefined()
})
