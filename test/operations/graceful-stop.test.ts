import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { runCommand, startMain } from '../support/main-process.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { CHANNELS, FEW_TOPICS, PEOPLE, policyDocument, SIGNING_SECRET, WEBHOOK_SECRET } from '../support/workplace.ts'

const AT_ONCE = 8

test('SIGTERM in the middle of the work: exit code 0 within ten seconds, nothing acknowledged is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-stop-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const slack = await slackWorkspace({ signingSecret: SIGNING_SECRET, people: PEOPLE, channels: CHANNELS })
  onTestFinished(() => slack.close())
  const place = {
    tree: join(import.meta.dirname, '../..'),
    cwd: folder,
    environment: {
      DATABASE_URL: `sqlite:${folder}/waybill.db`,
      PORT: '0',
      WEBHOOK_SECRET,
      SLACK_BOT_TOKEN: slack.app.botToken,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: slack.app.slackApiUrl,
    },
  }
  writeFileSync(join(folder, 'policy.yml'), policyDocument({ topics: FEW_TOPICS }))
  await runCommand(place, ['policy', 'import', 'policy.yml'])
  const main = await startMain(place)
  onTestFinished(() => main.kill())
  const accepted: string[] = []
  const stopped = new AbortController()
  let sent = 0
  const pour = async () => {
    while (!stopped.signal.aborted) {
      const id = `m-${sent++}`
      const message = {
        id,
        delivery: id,
        secret: WEBHOOK_SECRET,
        subject: id,
        body: 'charged twice',
        from: `${id}@a.example`,
      }
      if (await sendWebhook(main.url, message)) accepted.push(id)
      else return
    }
  }
  const pouring = Array.from({ length: AT_ONCE }, pour)
  await slack.until(() => accepted.length > 40, 30_000)

  const { code, ms } = await main.stop()
  stopped.abort()
  await Promise.all(pouring)

  expect(code).toBe(0)
  expect(ms).toBeLessThan(10_000) // what is promised
  await expect(fetch(`${main.url}/healthz`)).rejects.toThrow('fetch failed')
  const database = new BetterSqlite(join(folder, 'waybill.db'), { readonly: true })
  const kept = database.prepare("select count(*) from inbox where kind = 'webhook'").pluck().get()
  database.close()
  expect(kept).toBeGreaterThanOrEqual(accepted.length)
})
