import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startProgram } from '../../support/program.ts'
import { healthySite } from './site.ts'

const CLI = join(import.meta.dirname, '../../../src/cli.ts')
const LAUNCHER = join(import.meta.dirname, '../../../src/launch.mjs')

test('on a healthy set-up the command ends with 0, as JSON too', async () => {
  const { settings } = await healthySite('sqlite')

  const doctor = startProgram([CLI, 'doctor', '--json'], settings)

  expect(await doctor.ended, doctor.stderr() + doctor.stdout()).toBe(0)
  const found = JSON.parse(doctor.stdout()) as readonly object[]
  expect(found.length).toBeGreaterThan(10)
  expect(found[0]).toEqual({ check: 'node', ok: true, level: 'ok', says: `Node ${process.versions.node}`, fix: '' })
})

test('with a fault it ends with 1 and says what to do', async () => {
  const { settings, slack } = await healthySite('sqlite')
  slack.kick('waybill', 'money')

  const doctor = startProgram([CLI, 'doctor'], settings)

  expect(await doctor.ended).toBe(1)
  expect(doctor.stdout()).toMatch(/^✗ channels +the bot is not in #money.*\n +→ Write there: \/invite @waybill$/m)
  expect(doctor.stdout()).toContain('1 fault to mend.')
  expect(doctor.stdout()).not.toContain(settings.SLACK_BOT_TOKEN)
})

test.each([[['doctor']], [['doctor', '--json']]])('an old Node gets its line from the launcher: %s', (words) => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })`
  const preload = `data:text/javascript,${encodeURIComponent(old)}`

  const { status, stdout } = spawnSync(process.execPath, ['--import', preload, LAUNCHER, 'cli', ...words], {
    encoding: 'utf8',
  })

  expect(status).toBe(1)
  expect(stdout).toContain('Node 20.1.0 is too old')
  expect(stdout).toContain('npm ci')
  if (words.includes('--json')) expect(JSON.parse(stdout)).toMatchObject([{ check: 'node', ok: false }])
})
