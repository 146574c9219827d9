import { existsSync } from 'node:fs'
import { readFile, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import { readSettings, settingNames } from '../../config.ts'
import { toEpochMs } from '../../core/time.ts'
import { systemClock } from '../../lib/clock.ts'
import type { EnvFile, Surroundings } from './check.ts'
import { manifestScopes } from './manifest.ts'
import { nothingLogged } from './nothing-logged.ts'

const GET_MS = 4_000

/**
 * The machine and the workspace as they are. What needs a native package is loaded when it is asked for, so that the
 * version of Node and the packages themselves can be checked first.
 */
export function surroundings(environment: Readonly<Record<string, string | undefined>>, folder: string): Surroundings {
  const settings = once(async () => {
    const { Settings } = await import('../../app.ts')
    return readSettings(environment, Settings)
  })
  const slack = once(async () => {
    const { inspectSlack } = await import('../../slack/inspect.ts')
    const { SLACK_BOT_TOKEN, SLACK_API_URL } = await settings()
    return inspectSlack(SLACK_BOT_TOKEN ?? '', { apiUrl: SLACK_API_URL, log: nothingLogged })
  })
  const database = once(async () => {
    const { inspectDatabase } = await import('../../storage/inspect.ts')
    const { DATABASE_URL, WORKSPACE } = await settings()
    return inspectDatabase(DATABASE_URL, WORKSPACE)
  })

  return {
    node: process.versions.node,
    environment,
    now: () => toEpochMs(systemClock.now()),

    async packages() {
      const [{ loadSqlite }] = await Promise.all([import('../../storage/inspect.ts'), import('../../app.ts')])
      loadSqlite()
    },

    envFile: () => envFileIn(folder),
    settings,

    async settingNames() {
      const { Settings } = await import('../../app.ts')
      return settingNames(Settings)
    },

    database,

    async disk() {
      const { databaseFile } = await import('../../storage/inspect.ts')
      const file = databaseFile((await settings()).DATABASE_URL)
      if (!file) return undefined
      const there = nearestFolder(dirname(file))
      const { bavail, bsize, type } = await statfs(there)
      return { free: bavail * bsize, type, folder: there }
    },

    policy: once(async () => {
      const { readPolicyDocument } = await import('../../storage/policy-document.ts')
      const { ruleFaults } = await import('../../classifiers/index.ts')
      const found = await database()
      const document = found.state === 'there' ? found.policy : undefined
      return document === undefined ? undefined : readPolicyDocument(document, ruleFaults)
    }),

    slack,
    bot: once(async () => (await slack()).bot()),
    appToken: once(async () => {
      const { inspectAppToken } = await import('../../slack/inspect.ts')
      const { SLACK_APP_TOKEN, SLACK_API_URL } = await settings()
      return inspectAppToken(SLACK_APP_TOKEN ?? '', { apiUrl: SLACK_API_URL, log: nothingLogged })
    }),
    wantedScopes: manifestScopes,

    async get(url, headers = {}) {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(GET_MS) })
      return { status: response.status, body: await response.text() }
    },

    listen: (port, host) =>
      new Promise((answer) => {
        const server = createServer()
        server.once('error', (error: NodeJS.ErrnoException) => answer(error.code ?? error.message))
        server.listen({ port, host, exclusive: true }, () => server.close(() => answer(undefined)))
      }),
  }
}

async function envFileIn(folder: string): Promise<EnvFile | undefined> {
  const path = resolve(folder, '.env')
  const found = await stat(path).catch(() => undefined)
  if (!found) return undefined
  const read = await readFile(path, 'utf8').then(
    (text) => ({ text, unreadable: undefined }),
    (error: NodeJS.ErrnoException) => ({ text: undefined, unreadable: error.code ?? error.message }),
  )
  return { path, mode: found.mode, ...read }
}

function nearestFolder(folder: string): string {
  let there = folder
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
  return there
}

function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => (made ??= make())
}
