import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { type App, buildApp, type Settings } from '../../app.ts'
import { slackWorkspace } from '../workspace/workspace.ts'
import { botChild } from './bot-child.ts'
import { breaksOf } from './breaks.ts'
import { castOf } from './cast.ts'
import type { Bot, Stage } from './contract.ts'
import { readDataSet } from './data-set.ts'
import { again, demoTickets } from './demo-tickets.ts'
import { streamFeeder } from './feeder.ts'
import { modelRelay } from './model-relay.ts'
import { mailBox } from './own-mail.ts'
import { peopleAtWork } from './people-work.ts'
import { STAND_IN_SAYS } from './stand-in.ts'
import type { Stream } from './stream.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { townOf, withGuest } from './town.ts'
import { webhookSender } from './webhook-sender.ts'

export interface StageOptions {
  /** How much our own side logs, and the language model somebody set. The bot gets nothing else of it. */
  readonly settings: Settings
  /** A folder to go on with: database and lessons stay. A temporary one when left out. Slack begins empty either way. */
  readonly keep?: string | undefined
  /** A data set to play instead of the demo's own tickets; see `readDataSet`. */
  readonly data?: string | undefined
  /** How many tickets; all of a data set when left out, and the demo's own then come round after round. */
  readonly tickets?: number | undefined
  /** The feed pauses itself while so many cards wait that nobody sees to what comes. */
  readonly sparesPeople?: boolean | undefined
  /** Tickets a minute once it plays; 12 when left out. */
  readonly perMinute?: number | undefined
  readonly peopleWork?: boolean | undefined
  /** `none`: the bot is given no language model. What was set, or else the stand-in, when left out. */
  readonly model?: 'none' | undefined
  /** For the jitter of the stand-in and of people's hands. */
  readonly seed?: number | undefined
  /** How long the stand-in thinks and people wait before they click, milliseconds; for tests. */
  readonly haste?: { readonly thinkMs?: number; readonly handsMs?: number } | undefined
  say?(line: string): void
}

const POLICY = new URL('../../../db/seeds/starter.yml', import.meta.url)
const HOST = '127.0.0.1'
const SIGNING_SECRET = 'playground-signing-secret-0123456789'
const WEBHOOK_SECRET = `whsec_${Buffer.from('waybill-playground-secret-0123456789').toString('base64')}`
/** Slack's own: at once, after a minute, after five. */
const EVENT_RETRIES_MS = [0, 60_000, 300_000]

/**
 * The bot as people run it, in a process of its own that knows only its environment, with everything it talks to around it.
 * Resolves once the bot serves. RejectedError when the data set cannot be read.
 */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { settings, say = () => {}, seed = 1, haste = {} } = options
  const stream = await streamOf(options, say)
  const folder = options.keep ? resolve(options.keep) : await temporaryFolder('waybill-playground-')
  // A `.env` in the folder somebody keeps is theirs, not the bot's.
  const botFolder = join(folder, 'bot')
  await mkdir(botFolder, { recursive: true })
  const closers: (() => unknown)[] = []
  if (!options.keep) closers.push(() => rm(folder, { recursive: true, force: true }))
  /** Each in its turn, whatever becomes of the one before; the first that failed is told. */
  const closeAll = async () => {
    const failed: unknown[] = []
    for (const close of closers.splice(0).toReversed()) {
      try {
        await close()
      } catch (error) {
        failed.push(error)
      }
    }
    if (failed.length > 0) throw failed[0]
  }

  try {
    const database = `sqlite:${join(folder, 'waybill.db')}`
    const app = await readingApp({ ...settings, DATABASE_URL: database })
    closers.push(() => app.stop())
    const policy = (await app.policies.current()) ?? (await importStarter(app))
    const [people, teams] = await Promise.all([app.directory.people(), app.directory.teams()])
    const town = withGuest(townOf(people, teams, policy.triageChannel))

    const yours = yourModel(settings)
    const relay =
      options.model === 'none' ? undefined : await modelRelay({ yours, seed, ...optional('thinkMs', haste.thinkMs) })
    if (relay) closers.push(() => relay.close())
    const slack = await slackWorkspace({
      ...town,
      signingSecret: SIGNING_SECRET,
      botToken: 'xoxb-playground',
      appToken: 'xapp-playground',
      eventRetryDelaysMs: EVENT_RETRIES_MS,
    })
    closers.push(() => slack.close())

    const listeners = new Set<() => void>()
    const changed = () => {
      for (const listener of listeners) listener()
    }
    const bot = botChild({
      folder: botFolder,
      changed,
      environment: {
        NODE_ENV: 'production',
        DATABASE_URL: database,
        HOST,
        PORT: String(await freePort()),
        LOG_LEVEL: 'info',
        WEBHOOK_SECRET,
        SLACK_BOT_TOKEN: slack.app.botToken,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: slack.app.slackApiUrl,
        ...(relay && {
          OPENAI_BASE_URL: relay.url,
          OPENAI_API_KEY: 'the-relay-has-it',
          OPENAI_MODEL: yours ? settings.OPENAI_MODEL : 'stand-in',
          OPENAI_API: settings.OPENAI_API,
        }),
      },
    })
    closers.push(() => endSoon(bot))
    slack.deliverTo(`${bot.url}/slack/events`)

    const sender = webhookSender(`${bot.url}/webhooks/generic`, WEBHOOK_SECRET)
    closers.push(() => sender.close())
    const mails = mailBox(app)
    closers.push(() => mails.close())
    const hands = peopleAtWork({ app, slack, people, policy, seed, ...optional('handsMs', haste.handsMs) })
    closers.push(() => hands.close())
    const feed = streamFeeder({
      stream,
      sender,
      perMinute: options.perMinute ?? 12,
      peopleWork: options.peopleWork ?? false,
      ...(options.sparesPeople && { untouched: () => untouchedIn(app) }),
      run: randomUUID().slice(0, 8),
      changed() {
        hands.work(feed.state.peopleWork)
        changed()
      },
      accepted: hands.saw,
      say,
    })
    closers.push(() => feed.close())

    await bot.start()
    let stopping: Promise<void> | undefined
    return {
      slack,
      app,
      people,
      cast: castOf(people, teams, policy.matrix, town),
      bot,
      feeder: {
        get state() {
          return feed.state
        },
        wish: (wish) => feed.wish(wish),
        mail: (mail) => mails.mail(mail),
        eml: (name, raw) => mails.eml(name, raw),
      },
      breaks: breaksOf({ slack, bot, relay, changed }),
      model: modelInWords(relay !== undefined, yours),
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      stop() {
        stopping ??= closeAll()
        return stopping
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function streamOf({ data, tickets }: StageOptions, say: (line: string) => void): Promise<Stream> {
  if (data === undefined)
    return {
      source: "the demo's own tickets",
      tickets: demoTickets(tickets),
      ...(tickets === undefined && { again }),
    }
  const { source, tickets: read, faults } = await readDataSet(data)
  for (const { line, reason } of faults.slice(0, FAULTS_SAID)) say(`${source}:${line} was left out: ${reason}`)
  if (faults.length > FAULTS_SAID) say(`… and ${faults.length - FAULTS_SAID} more lines of ${source} were left out.`)
  return { source, tickets: tickets === undefined ? read : read.slice(0, tickets) }
}

const FAULTS_SAID = 10

/** A second app on the bot's database: it serves nothing, and without a token it knows no Slack. */
const readingApp = (settings: Settings): Promise<App> => buildApp({ ...settings, SLACK_BOT_TOKEN: undefined })

/** Tickets that wait for somebody to take them. */
async function untouchedIn({ tickets }: App): Promise<number> {
  const open = await tickets.openCounts()
  return open.reduce((sum, { status, count }) => (status === 'accepted' ? sum : sum + count), 0)
}

async function importStarter({ policies, clock }: App) {
  const yaml = await readFile(POLICY, 'utf8')
  return policies.importDocument(yaml, { author: 'playground', reason: 'the starter policy', at: clock.now() })
}

function yourModel({ OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl }: Settings) {
  if (key === undefined && baseUrl === undefined) return undefined
  return { key, baseUrl: baseUrl ?? 'https://api.openai.com/v1' }
}

function modelInWords(isAsked: boolean, yours: { readonly baseUrl: string } | undefined): Stage['model'] {
  if (!isAsked) return { kind: 'none', says: 'none: rules and learner decide' }
  return yours
    ? { kind: 'yours', says: `yours, at ${new URL(yours.baseUrl).host}` }
    : { kind: 'stand-in', says: STAND_IN_SAYS }
}

/** The bot gets less time than it would take for itself: whoever pressed Ctrl-C waits. Whatever it was at is on disk. */
async function endSoon(bot: Bot): Promise<void> {
  const timer = setTimeout(() => void bot.kill(), BOT_ENDS_MS)
  await bot.stop()
  clearTimeout(timer)
}

const BOT_ENDS_MS = 4_000

/** A port nobody has now; the bot takes it at every start. */
function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, HOST, () => {
      const address = probe.address()
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>
