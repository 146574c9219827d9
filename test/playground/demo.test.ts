import { expect, onTestFinished, test } from 'vitest'
import { Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import { startDemo } from '../../src/playground/demo/demo.ts'

const SETTINGS = readSettings({ LOG_LEVEL: 'error', DATABASE_URL: 'sqlite:unused.db' }, Settings)

test('six tickets by webhook become six cards, each answered by a click that counts once', async () => {
  const said: string[] = []
  const demo = await startDemo({
    tickets: 6,
    headless: true,
    paceMs: 0,
    settings: SETTINGS,
    say: (line) => said.push(line),
  })
  onTestFinished(() => demo.stop())

  const report = await demo.run()

  expect(report).toMatchObject({ tickets: 6, cards: 6 })
  expect(report.accepted + report.reassigned + report.escalated).toBe(6)
  expect(report.corrected).toBe(report.reassigned + report.escalated)
  expect(report.p50Ms).toBeLessThanOrEqual(report.p99Ms)
  for (const number of [1, 2, 3, 4, 5, 6]) expect(said.join('\n')).toContain(`#${number} P`)
  expect(said.filter((line) => line.includes(' clicks Accept → ')).length).toBe(report.accepted)
})
