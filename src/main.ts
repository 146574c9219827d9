import { existsSync } from 'node:fs'
import { buildApp, Settings } from './app.ts'
import { readSettings } from './config.ts'
import { ConfigError } from './errors.ts'

if (existsSync('.env')) process.loadEnvFile('.env')

const NO_SLACK = `Waybill has no Slack workspace to talk to yet.

  See it at work first, with no account:   npm run demo
  Connect a workspace (ten minutes):       npm run waybill -- init
  What is missing:                         npm run waybill -- doctor
`

const NO_POLICY = `There is no policy yet, so nobody knows which teams and people there are. Tickets are stored and wait for it.

  Write your first one by answering questions:   npm run waybill -- init
  Import yours:   npm run waybill -- policy import policy.yml      (db/seeds/starter.yml shows how one is written)
`

try {
  const settings = readSettings(process.env, Settings)
  if (!settings.SLACK_BOT_TOKEN || !(settings.SLACK_APP_TOKEN || settings.SLACK_SIGNING_SECRET)) {
    throw new ConfigError(NO_SLACK)
  }
  const app = await buildApp(settings)
  // What nobody caught is a bug: say so and end, everything that matters is on disk. The supervisor starts us again.
  process.on('uncaughtException', (error) => {
    app.log.error({ error: error.stack ?? String(error) }, 'uncaught error')
    process.exit(1)
  })
  await app.serve()
  if (!(await app.policies.current())) process.stderr.write(NO_POLICY)

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    app.log.info({ signal }, 'waybill stops')
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error({ error: String(error) }, 'did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
