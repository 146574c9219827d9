import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { plusMs, timestamp } from '../../src/core/time.ts'
import { ConfigError } from '../../src/errors.ts'
import { sqliteQueue } from '../../src/queue/sqlite.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { takeServingLock } from '../../src/storage/serving-lock.ts'
import { startChild } from '../support/child.ts'
import { fakeClock } from '../support/clock.ts'
import { freshDatabase, reopen } from '../support/databases.ts'
import { silentLog } from '../support/log.ts'

const CHILD = join(import.meta.dirname, 'child-process.ts')
const at = timestamp('2026-01-05T09:00:00Z')

test('lets one process serve a file and refuses the second with a clear sentence', async () => {
  const database = await freshDatabase('sqlite')
  const release = await takeServingLock(database)
  const second = await reopen(database.location)
  const refusal = takeServingLock(second)

  await expect(refusal).rejects.toThrow(ConfigError)
  await expect(refusal).rejects.toThrow(`Another Waybill already serves ${database.location}`)
  await release()
  await (await takeServingLock(second))()
})

test('is free again when the process that held it was killed', async () => {
  const database = await freshDatabase('sqlite')
  const child = startChild(CHILD, database.location, 'serve')
  await vi.waitFor(() => expect(child.lines).toEqual(['serving']), { timeout: 20_000 })
  await expect(takeServingLock(database)).rejects.toThrow(ConfigError)
  await child.kill()

  await (await takeServingLock(database))()
})

test('lets other programs read and write the file beside the one that serves', async () => {
  const database = await freshDatabase('sqlite')
  const child = startChild(CHILD, database.location, 'serve')
  await vi.waitFor(() => expect(child.lines).toEqual(['serving']), { timeout: 20_000 })
  const inbox = inboxStore(await reopen(database.location))

  expect(await inbox.store({ key: 'a', kind: 'webhook', payload: '', receivedAt: at })).toBe('new')
})

test('frees what the process before it had leased', async () => {
  const database = await freshDatabase('sqlite')
  const clock = fakeClock(at)
  const inbox = inboxStore(database)
  const { queue } = sqliteQueue(database, { clock, log: silentLog })
  await inbox.store({ key: 'a', kind: 'webhook', payload: '', receivedAt: at })
  await inbox.claimUnfinished(plusMs(at, 1), plusMs(at, 60_000), 1)
  await queue.enqueue({ kind: 'route', ticketId: ticketId('t') })
  await database.write((tx) =>
    tx.updateTable('jobs').set({ state: 'running', attempts: 1, lease_until: '9' }).execute(),
  )
  await (await takeServingLock(database))()

  expect(await inbox.claimUnfinished(plusMs(at, 1), plusMs(at, 60_000), 1)).toHaveLength(1)
  expect(await queue.counts()).toMatchObject({ ready: 1, running: 0 })
})

test('is not needed on Postgres, where any number may serve', async () => {
  const database = await freshDatabase('postgres')
  const releases = await Promise.all([takeServingLock(database), takeServingLock(database)])

  expect(releases).toHaveLength(2)
})
