import { expect, onTestFinished, test } from 'vitest'
import { buildApp, Settings } from '../src/app.ts'
import { readSettings } from '../src/config.ts'
import { DAY, HOUR, MINUTE } from '../src/core/time.ts'
import { fakeClock } from './support/clock.ts'
import { DATABASES, freshLocation } from './support/databases.ts'
import { silentLog } from './support/log.ts'

test.each(DATABASES)('what came in is kept for three days after it was finished, on %s', async (kind) => {
  const clock = fakeClock()
  const settings = readSettings({ DATABASE_URL: await freshLocation(kind), PORT: '0' }, Settings)
  const app = await buildApp(settings, { clock, log: silentLog, groupCommitMs: 1, sweepSeconds: 0 })
  onTestFinished(() => app.stop())
  const arrives = (key: string) => app.inbox.store({ key, kind: 'webhook', payload: '{}', receivedAt: clock.now() })
  await arrives('a')
  await app.inbox.finish('a', clock.now())

  clock.advance(3 * DAY)
  await app.sweep()
  expect(await arrives('a')).toBe('duplicate')
  clock.advance(HOUR - MINUTE)
  await app.sweep()
  expect(await arrives('a')).toBe('duplicate')
  clock.advance(MINUTE)
  await app.sweep()

  expect(await arrives('a')).toBe('new')
})
