import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { Settings } from '../../src/app.ts'
import { settingNames } from '../../src/config.ts'
import { GAUGES } from '../../src/metrics/gauges/index.ts'
import { meter } from '../../src/metrics/meter.ts'
import { fakeClock } from '../support/clock.ts'
import { silentLog } from '../support/log.ts'

const FILE = join(import.meta.dirname, '../../docs/operations.md')
const text = readFileSync(FILE, 'utf8')

test('docs/operations.md names metrics that exist', async () => {
  const unread = () => Promise.reject(new Error('not needed'))
  const counted = await meter({ clock: fakeClock(), log: silentLog, census: unread }).text()
  const known = [...GAUGES.map(({ id }) => id), ...[...counted.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]!)]

  const named = [...text.matchAll(/\bwaybill_[a-z_]+/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(8)
  for (const name of named) expect(known).toContain(name)
})

test('and settings, scripts and files that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(dirname(FILE), '../package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const settings = [...settingNames(Settings), 'POSTGRES_PASSWORD']

  for (const [, name] of text.matchAll(/`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g)) expect(settings).toContain(name)
  for (const [, name] of text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)) expect(scripts).toHaveProperty(name!)
  for (const [, path] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    expect(existsSync(join(dirname(FILE), path!)), path).toBe(true)
})
