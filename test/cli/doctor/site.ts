import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Surroundings } from '../../../src/cli/doctor/check.ts'
import { checks } from '../../../src/cli/doctor/checks/index.ts'
import { type Examined, examine } from '../../../src/cli/doctor/examine.ts'
import { surroundings } from '../../../src/cli/doctor/surroundings.ts'
import { timestamp } from '../../../src/core/time.ts'
import type { WorkspaceOptions } from '../../../src/playground/workspace/contract.ts'
import { type SlackWorkspace, slackWorkspace } from '../../../src/playground/workspace/workspace.ts'
import { openDatabase } from '../../../src/storage/open-database.ts'
import { policyStore } from '../../../src/storage/policies.ts'
import { type DatabaseKind, freshLocation } from '../../support/databases.ts'
import { type FakeOpenAi, fakeOpenAi } from '../../support/fake-openai.ts'
import { CHANNELS, PEOPLE, policyDocument, SIGNING_SECRET } from '../../support/workplace.ts'

/** A machine on which everything is set up: database with a policy, our own Slack, a model, and a folder with .env. */
export interface Site {
  readonly slack: SlackWorkspace
  readonly model: FakeOpenAi
  readonly folder: string
  /** What stands in .env; change it before the doctor comes. */
  readonly settings: Record<string, string>
  /** The doctor, with some of what he sees replaced. */
  examine(seen?: Partial<Surroundings>): Promise<readonly Examined[]>
}

export async function healthySite(
  kind: DatabaseKind,
  workspace: Partial<WorkspaceOptions> = {},
  policy: string | undefined = policyDocument(),
): Promise<Site> {
  const slack = await slackWorkspace({
    signingSecret: SIGNING_SECRET,
    people: PEOPLE,
    channels: CHANNELS,
    ...workspace,
  })
  const model = await fakeOpenAi()
  const folder = mkdtempSync(join(tmpdir(), 'waybill-doctor-'))
  onTestFinished(async () => {
    await slack.close()
    await model.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const location = await freshLocation(kind)
  const database = await openDatabase(location)
  if (policy !== undefined) {
    const change = { author: 'test', reason: 'test', at: timestamp('2026-01-01T00:00:00Z') }
    await policyStore(database).importDocument(policy, change)
  }
  await database.close()

  const settings: Record<string, string> = {
    DATABASE_URL: location,
    PORT: String(await freePort()),
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_APP_TOKEN: slack.app.appToken,
    SLACK_API_URL: slack.app.slackApiUrl,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'sk-a-key-for-tests-only-0123456789',
  }
  const file = join(folder, '.env')
  return {
    slack,
    model,
    folder,
    settings,
    async examine(seen = {}) {
      writeFileSync(
        file,
        Object.entries(settings)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      )
      chmodSync(file, 0o600)
      return examine(checks, { ...surroundings(settings, folder), ...seen })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  return typeof address === 'object' && address ? address.port : 0
}
