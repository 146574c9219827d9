import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, buildApp, type Settings } from '../app.ts'
import { RejectedError } from '../errors.ts'
import type { Output } from './output.ts'

const STARTER_POLICY = new URL('../../db/seeds/starter.yml', import.meta.url)

/**
 * Waybill at work on the configured database. One that has no policy gets the starter's, so that there is something to
 * decide by; with a Slack workspace set that would write into channels nobody has, so there it is a RejectedError.
 */
export async function openAtWork(settings: Settings, { err }: Pick<Output, 'err'>): Promise<App> {
  const app = await buildApp(settings)
  if (!(await app.policies.current())) {
    if (settings.SLACK_BOT_TOKEN) {
      await app.stop()
      throw new RejectedError(
        'There is no policy yet, so nobody knows which channels to use. Import yours: npm run waybill -- policy import policy.yml\n' +
          'Or look without keeping anything: add --dry-run.',
      )
    }
    const yaml = await readFile(STARTER_POLICY, 'utf8')
    await app.policies.importDocument(yaml, { author: 'waybill', reason: 'the starter policy', at: app.clock.now() })
    err('There was no policy yet: db/seeds/starter.yml was imported. Put your own in with `waybill policy import`.')
  }
  await app.work()
  return app
}

/** Waybill at work on a database that is deleted at the end, with the policy of the configured one or the starter's. */
export async function openThrowaway(settings: Settings): Promise<App> {
  const policy = (await configuredPolicy(settings)) ?? (await readFile(STARTER_POLICY, 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'waybill-dry-run-'))
  const { SLACK_BOT_TOKEN: _, ...without } = settings
  const app = await buildApp({ ...without, DATABASE_URL: `sqlite:${join(folder, 'waybill.db')}` })
  await app.policies.importDocument(policy, { author: 'dry run', reason: 'to look', at: app.clock.now() })
  await app.work()
  return {
    ...app,
    async stop() {
      await app.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function configuredPolicy(settings: Settings): Promise<string | undefined> {
  if (!settings.DATABASE_URL.startsWith('postgres') && !(await isThere(settings.DATABASE_URL))) return undefined
  const app = await buildApp(settings)
  try {
    return await app.policies.document()
  } finally {
    await app.stop()
  }
}

/** Looking must not create the database. */
async function isThere(url: string): Promise<boolean> {
  return stat(url.replace(/^sqlite:/, '')).then(
    () => true,
    () => false,
  )
}
