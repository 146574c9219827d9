import { beforeEach, describe, expect, test } from 'vitest'
import { plusMs, timestamp } from '../../src/core/time.ts'
import type { Inbox, InboxEntry } from '../../src/ports.ts'
import type { Database } from '../../src/storage/database.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { DATABASES, freshDatabase, reopen } from '../support/databases.ts'

const at = timestamp('2026-01-05T09:00:00Z')
const later = (seconds: number) => plusMs(at, seconds * 1_000)
const entry = (key: string, given: Partial<InboxEntry> = {}): InboxEntry => ({
  key,
  kind: 'webhook',
  payload: `{"key":"${key}"}`,
  receivedAt: at,
  ...given,
})
const keys = (entries: readonly InboxEntry[]) => entries.map(({ key }) => key)

describe.each(DATABASES)('inbox on %s', (kind) => {
  let database: Database
  let inbox: Inbox

  beforeEach(async () => {
    database = await freshDatabase(kind)
    inbox = inboxStore(database)
  })

  test('stores a delivery once, however often it comes', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => inbox.store(entry('a'))))

    expect(outcomes.filter((outcome) => outcome === 'new')).toHaveLength(1)
    expect(await inbox.claimUnfinished(later(1), later(60), 10)).toEqual([entry('a')])
  })

  test('knows a delivery again after it was finished', async () => {
    await inbox.store(entry('a'))
    await inbox.finish('a', later(1))

    expect(await inbox.store(entry('a'))).toBe('duplicate')
    expect(await inbox.claimUnfinished(later(100), later(160), 10)).toEqual([])
  })

  test('hands out what nobody finished, oldest first, and each to one only', async () => {
    for (const [index, key] of ['c', 'a', 'b'].entries()) await inbox.store(entry(key, { receivedAt: later(index) }))
    const first = await inbox.claimUnfinished(later(10), later(60), 2)
    const second = await inbox.claimUnfinished(later(10), later(60), 2)

    expect(keys(first)).toEqual(['c', 'a'])
    expect(keys(second)).toEqual(['b'])
    expect(await inbox.claimUnfinished(later(10), later(60), 2)).toEqual([])
  })

  test('hands out every entry once to many who ask at the same moment', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, index) => inbox.store(entry(`k${index}`))))
    const other = inboxStore(await reopen(database.location))
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? inbox : other).claimUnfinished(later(1), later(60), 10)),
    )

    const claimed = claims.flatMap(keys)
    expect(new Set(claimed).size).toBe(claimed.length)
  })

  test('leaves alone what came in just now', async () => {
    await inbox.store(entry('a', { receivedAt: later(5) }))

    expect(await inbox.claimUnfinished(later(5), later(60), 10)).toEqual([])
  })

  test('hands out only the kinds that were asked for', async () => {
    await inbox.store(entry('a'))
    await inbox.store(entry('b', { kind: 'slack_event' }))

    expect(keys(await inbox.claimUnfinished(later(1), later(60), 10, ['slack_event', 'slack_command']))).toEqual(['b'])
    expect(keys(await inbox.claimUnfinished(later(1), later(60), 10, []))).toEqual([])
    expect(keys(await inbox.claimUnfinished(later(1), later(60), 10))).toEqual(['a'])
  })

  test('hands out an entry again once its lease ran out', async () => {
    await inbox.store(entry('a'))
    await inbox.claimUnfinished(later(1), later(60), 10)

    expect(await inbox.claimUnfinished(later(60), later(120), 10)).toEqual([])
    expect(keys(await inbox.claimUnfinished(later(61), later(121), 10))).toEqual(['a'])
  })

  test('rests longer after each failure, and sets an entry aside after the fifth', async () => {
    await inbox.store(entry('a'))
    let now = 0
    for (const rest of [10, 20, 40, 80]) {
      await inbox.fail('a', 'no such person', later(now))
      expect(await inbox.claimUnfinished(later(now + rest), later(now + rest), 10)).toEqual([])
      now += rest + 1
      expect(keys(await inbox.claimUnfinished(later(now), later(now), 10))).toEqual(['a'])
    }
    expect(await inbox.setAside()).toEqual([])
    await inbox.fail('a', 'no such person', later(now))

    expect(await inbox.setAside()).toEqual([{ ...entry('a'), error: 'no such person' }])
    expect(await inbox.claimUnfinished(later(1_000_000), later(1_000_060), 10)).toEqual([])
  })

  test('forgets what was finished long ago, and only that', async () => {
    await Promise.all(Array.from({ length: 1_100 }, (_, number) => inbox.store(entry(`old ${number}`))))
    await database.write((tx) =>
      tx
        .updateTable('inbox')
        .set({ state: 'done', finished_at: later(1) })
        .execute(),
    )
    await inbox.store(entry('unfinished'))
    await inbox.store(entry('finished just now'))
    await inbox.finish('finished just now', later(100))
    await inbox.store(entry('came in just now', { receivedAt: later(100) }))
    await inbox.finish('came in just now', later(1))

    expect(await inbox.forgetFinished(later(100))).toBe(1_100)
    expect(await inbox.forgetFinished(later(100))).toBe(0)
    const left = await database.read.selectFrom('inbox').select('key').orderBy('key').execute()
    expect(left.map(({ key }) => key)).toEqual(['came in just now', 'finished just now', 'unfinished'])
  })

  test('keeps everything over a restart', async () => {
    await inbox.store(entry('a'))
    await database.close()
    const after = inboxStore(await reopen(database.location))

    expect(await after.store(entry('a'))).toBe('duplicate')
    expect(keys(await after.claimUnfinished(later(1), later(60), 10))).toEqual(['a'])
  })
})
