import { readFileSync } from 'node:fs'
import cron from 'node-cron'
import type * as z from 'zod'
import { classifiers, LanguageModelSettings, ruleFaults } from './classifiers/index.ts'
import { HouseSettings, SlackSettings } from './config.ts'
import { ConnectorSettings, connectors, replySender } from './connectors/index.ts'
import type { Census } from './core/census.ts'
import type { TicketId } from './core/ids.ts'
import { workspaceId } from './core/ids.ts'
import { type Job, keyOf, laneOf } from './core/jobs.ts'
import type { InboundTicket, Ticket } from './core/ticket.ts'
import { DAY, HOUR, msBetween, plusMs, SECOND, type Timestamp } from './core/time.ts'
import { EnricherSettings, enrichers } from './enrichers/index.ts'
import { UnavailableError } from './errors.ts'
import { httpServer } from './http/server.ts'
import { systemClock } from './lib/clock.ts'
import { jsonLog } from './lib/log.ts'
import { within } from './lib/within.ts'
import { meter as meterOf } from './metrics/meter.ts'
import { consult } from './pipeline/consult.ts'
import { learnFrom } from './pipeline/learn.ts'
import type { FollowingModel } from './pipeline/learned-model.ts'
import { learner } from './pipeline/learner.ts'
import { meteredTickets, meteredVoice } from './pipeline/metered.ts'
import { reread } from './pipeline/reread.ts'
import { askEveryone, type RoutingTools, routeTicket } from './pipeline/route.ts'
import type { TrainingOrder } from './pipeline/training-process.ts'
import type {
  AccountStore,
  Clock,
  Directory,
  Inbox,
  JobHandlers,
  JobQueue,
  JobWorker,
  LessonStore,
  Log,
  PolicyStore,
  PostStore,
  Received,
  ReplySender,
  TicketStore,
} from './ports.ts'
import { jobEngine } from './queue/index.ts'
import { oldestReady } from './queue/oldest-ready.ts'
import { workApart } from './queue/work-apart.ts'
import { signals } from './signals/index.ts'
import type { OutboxTimings } from './slack/outbox.ts'
import { slackSide } from './slack/side.ts'
import { accountStore } from './storage/accounts.ts'
import { countRows } from './storage/census.ts'
import type { Database } from './storage/database.ts'
import { inboxStore } from './storage/inbox.ts'
import { lessonStore } from './storage/lessons.ts'
import { openDatabase } from './storage/open-database.ts'
import { directory as directoryOf } from './storage/people.ts'
import { policyStore } from './storage/policies.ts'
import { restoreStore } from './storage/restores.ts'
import { takeServingLock } from './storage/serving-lock.ts'
import { postStore } from './storage/slack-posts.ts'
import { ticketStore } from './storage/tickets.ts'
import type { CorpusExample } from './text-model/ticket-model.ts'

/** Everything that can be set; `.env.example` lists the same names (a test holds them equal). */
export const Settings = HouseSettings.extend(SlackSettings.shape)
  .extend(LanguageModelSettings.shape)
  .extend(EnricherSettings.shape)
  .extend(ConnectorSettings.shape)
export type Settings = z.infer<typeof Settings>

export interface Overrides {
  readonly clock?: Clock
  readonly log?: Log
  readonly timings?: Partial<OutboxTimings>
  /** SQLite: how long a write waits for others to share its commit with, in milliseconds. */
  readonly groupCommitMs?: number
  /** Sweeps run every so many seconds; 0 leaves them to `sweep()`. */
  readonly sweepSeconds?: number
  /** Several processes on one SQLite file, for tests of contention only. */
  readonly withoutServingLock?: boolean
  /** A delivery nobody finished for this long is taken up again, in milliseconds; 10 to 15 s when left out. */
  readonly unfinishedMs?: number
  /** Trains the learner; in a process of its own when left out. */
  readonly train?: (order: TrainingOrder) => Promise<Uint8Array>
}

export interface App {
  readonly database: Database
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly accounts: AccountStore
  readonly lessons: LessonStore
  readonly inbox: Inbox
  readonly posts: PostStore
  /** The way answers go out, when one is configured. */
  readonly replies: ReplySender | undefined
  readonly queue: JobQueue
  readonly clock: Clock
  readonly log: Log
  /** The learner, trained at first use (1–2 s). */
  model(): Promise<FollowingModel>
  receive(inbound: InboundTicket): Promise<Received>
  /** Waits until the ticket is decided, by this process or another. UnavailableError after `timeoutMs`. */
  settled(id: TicketId, timeoutMs?: number): Promise<Ticket>
  /** Works on jobs without serving: what CLI commands need. */
  work(): Promise<void>
  /** Takes up what was stored but never finished. `isAlone`: also what came in a moment ago, since nobody can be at it. */
  sweep(isAlone?: boolean): Promise<void>
  /** Nothing rests on the queue: tickets whose job got lost get a new one. Jobs that rest or were set aside are left alone. */
  catchUp(): Promise<void>
  /**
   * Takes the serving lock, then works, sweeps and listens. ConfigError when another process serves this database or has the
   * port; then everything is closed again.
   */
  serve(): Promise<{ readonly url: string }>
  /** Finishes what is under way, but waits no longer than `timeoutMs` (ten seconds) for all of it together. */
  stop(timeoutMs?: number): Promise<void>
}

/** The only place that knows every part. */
export async function buildApp(settings: Settings, overrides: Overrides = {}): Promise<App> {
  const { clock = systemClock, log = jsonLog(settings.LOG_LEVEL), timings, groupCommitMs, sweepSeconds = 5 } = overrides
  const database = await openDatabase(settings.DATABASE_URL, {
    workspace: workspaceId(settings.WORKSPACE),
    ...(groupCommitMs === undefined ? {} : { groupCommitMs }),
    onConnectionError: (error) => log.error({ error: error.message }, 'database connection broke'),
  })
  const { queue, enqueue } = await jobEngine(database, { clock, log })
  const meter = meterOf({ clock, log, census: countEverything })
  const tickets = meteredTickets(ticketStore(database, enqueue), meter)
  const directory = directoryOf(database)
  const policies = policyStore(database, ruleFaults)
  const accounts = accountStore(database)
  const lessons = lessonStore(database)
  const inbox = inboxStore(database)
  const posts = postStore(database, enqueue)

  const learned = learner({
    policies,
    lessons,
    clock,
    log,
    corpus: starterCorpus,
    ...(overrides.train && { train: overrides.train }),
  })
  const facts = enrichers(settings, { accounts, tickets })
  const voices = onceFor((model: FollowingModel) =>
    classifiers(settings, { model, clock, log }).map((voice) => meteredVoice(voice, meter, clock)),
  )
  const routing = async (): Promise<RoutingTools> => {
    const model = await learned()
    const [enrichers, classifiers] = [facts, voices(model)]
    return { tickets, directory, policies, queue, enrichers, classifiers, signals, model, clock, log }
  }

  const slack = settings.SLACK_BOT_TOKEN
    ? slackSide({
        botToken: settings.SLACK_BOT_TOKEN,
        appToken: settings.SLACK_APP_TOKEN,
        signingSecret: settings.SLACK_SIGNING_SECRET,
        apiUrl: settings.SLACK_API_URL,
        tickets,
        directory,
        policies,
        accounts,
        lessons,
        inbox,
        posts,
        restores: restoreStore(database, enqueue),
        meter,
        queue,
        clock,
        log,
        timings,
        unfinishedMs: overrides.unfinishedMs,
      })
    : undefined
  const http = httpServer({
    connectors: connectors(settings),
    inbox,
    tickets,
    slack: slack?.handle,
    readiness: {
      policy: async () => ((await policies.current()) ? undefined : 'There is no policy yet: import one.'),
      ...(slack && { slack: () => slack.trouble() }),
    },
    metrics: { contentType: meter.contentType, text: () => meter.text(), token: settings.METRICS_TOKEN },
    clock,
    log,
    unfinishedMs: overrides.unfinishedMs,
  })

  // Without a workspace there is nobody to show anything to: those jobs wait for a process that has one.
  const handlers: Omit<JobHandlers, 'announce' | 'page' | 'deliver'> & Partial<JobHandlers> = {
    route: async ({ ticketId }) => routeTicket(ticketId, await routing()),
    ask: async ({ ticketId }) => askEveryone(ticketId, await routing()),
    reread: async ({ ticketId }) => reread(ticketId, await routing()),
    consult: async ({ ticketId }) => consult(ticketId, await routing()),
    learn: async ({ ticketId }) => learnFrom(ticketId, { tickets, lessons, model: await learned(), clock, log }),
    ...(slack && {
      announce: ({ ticketId }) => slack.announcer.announce(ticketId),
      page: ({ ticketId }) => slack.pager.page(ticketId),
      deliver: ({ postKey }) => slack.courier.deliver(postKey),
    }),
  }

  const changed = commitSignal(database)
  let worker: JobWorker | undefined
  let sweep: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  let release: (() => Promise<void>) | undefined
  let sweeping: ReturnType<typeof cron.schedule> | undefined
  let catchingUp: ReturnType<typeof cron.schedule> | undefined

  let forgotAt: Timestamp | undefined

  /** Deliveries hold what people wrote, and nobody sends one again after this long. Looked at once an hour. */
  async function forgetDeliveries(): Promise<void> {
    const now = clock.now()
    if (forgotAt && msBetween(forgotAt, now) < HOUR) return
    forgotAt = now
    const deliveries = await inbox.forgetFinished(plusMs(now, -DELIVERIES_KEPT_MS))
    if (deliveries > 0) log.info({ deliveries }, 'finished deliveries forgotten')
  }

  const app: App = {
    database,
    tickets,
    directory,
    policies,
    accounts,
    lessons,
    inbox,
    posts,
    replies: replySender(settings),
    queue,
    clock,
    log,
    model: learned,
    receive: (inbound) => tickets.receive(inbound),

    async settled(id, timeoutMs = 60_000) {
      const giveUp = AbortSignal.timeout(timeoutMs)
      for (;;) {
        const ticket = await tickets.get(id)
        if (ticket.status !== 'received') return ticket
        if (giveUp.aborted)
          throw new UnavailableError(`Ticket ${ticket.number} was not decided within ${timeoutMs} ms.`)
        await changed(giveUp)
      }
    },

    async work() {
      worker ??= await workApart(queue, handlers)
    },

    sweep(isAlone = false) {
      sweep = (async () => {
        await http.replayUnfinished(isAlone)
        await slack?.sweep(isAlone)
        await forgetDeliveries()
      })()
      return sweep
    },

    async catchUp() {
      const { undecided, unshown, calling, unlearned } = await tickets.unattended()
      const due: readonly Job[] = [
        ...undecided.map((ticketId) => ({ kind: 'route', ticketId }) as const),
        ...unlearned.map((ticketId) => ({ kind: 'learn', ticketId }) as const),
        ...(slack ? calling.map((ticketId) => ({ kind: 'page', ticketId }) as const) : []),
        ...(slack ? unshown.map((ticketId) => ({ kind: 'announce', ticketId }) as const) : []),
      ]
      // A ticket that waits for the slow voices is under way too.
      const standIn = (job: Job): Job => (job.kind === 'route' ? { ...job, kind: 'ask' } : job)
      const known = await queue.known(due.flatMap((job) => [keyOf(job), keyOf(standIn(job))]))
      const lost = due.filter((job) => !known.has(keyOf(job)) && !known.has(keyOf(standIn(job))))
      for (const job of lost) await queue.enqueue(job, { priority: laneOf(job, undefined) })
      if (lost.length > 0) log.info({ jobs: lost.length }, 'tickets without a job got one')
    },

    async serve() {
      try {
        return await serve()
      } catch (error) {
        await app.stop()
        throw error
      }
    },

    stop(timeoutMs = STOP_MS) {
      stopping ??= (async () => {
        await sweeping?.destroy()
        await catchingUp?.destroy()
        const inTime = <T>(work: Promise<T> | undefined) => within(timeoutMs, async () => work).catch(() => undefined)
        await Promise.all([http.stop(timeoutMs), inTime(slack?.stop()), inTime(sweep), worker?.stop(timeoutMs)])
        await database.close()
        await release?.()
      })()
      return stopping
    },
  }
  return app

  async function countEverything(): Promise<Census> {
    const at = clock.now()
    const [rows, jobs, oldestReadyAt] = await Promise.all([
      countRows(database),
      queue.counts(),
      oldestReady(database, at),
    ])
    return { at, ...rows, jobs: { ...jobs, oldestReadyAt }, socketConnections: slack?.connections() }
  }

  async function serve(): Promise<{ readonly url: string }> {
    if (!overrides.withoutServingLock) release = await takeServingLock(database)
    await learned()
    await slack?.recover()
    await app.work()
    // Before anybody is let in: what a sweep takes for left behind must not be what somebody works on.
    await app.sweep(database.dialect === 'sqlite' && !overrides.withoutServingLock)
    await app.catchUp()
    const served = await http.start(settings.PORT, settings.HOST)
    slack?.start()
    meter.watchProcess()
    if (sweepSeconds > 0) {
      const pattern = `*/${sweepSeconds} * * * * *`
      sweeping = cron.schedule(pattern, () => app.sweep().catch(failed(log)), { name: 'sweep', noOverlap: true })
      const everyHalfMinute = '*/30 * * * * *'
      const catchUp = () => app.catchUp().catch(failed(log))
      catchingUp = cron.schedule(everyHalfMinute, catchUp, { name: 'catch up', noOverlap: true })
    }
    if (!(await policies.current())) log.warn({}, 'no policy is imported yet: tickets are stored and wait for it')
    log.info({ url: served.url, database: database.dialect, slack: slack !== undefined }, 'waybill serves')
    return served
  }
}

const STOP_MS = 10 * SECOND

/** Senders repeat a delivery for up to a day; two more are for people who look for one. */
const DELIVERIES_KEPT_MS = 3 * DAY

const failed = (log: Log) => (error: unknown) => log.error({ error: String(error) }, 'sweep failed')

const CORPUS = ['corpus-a.jsonl', 'corpus-b.jsonl'].map((file) => new URL(`../db/seeds/${file}`, import.meta.url))

const starterCorpus = (): readonly CorpusExample[] =>
  CORPUS.flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CorpusExample)

/** Remembers what was made for the newest argument. */
function onceFor<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  let newest: { readonly key: Key; readonly made: Made } | undefined
  return (key) => {
    if (newest?.key !== key) newest = { key, made: make(key) }
    return newest.made
  }
}

/** Resolves at the next commit of this process, after 100 ms at most: another process may have written too. */
function commitSignal(database: Database): (giveUp: AbortSignal) => Promise<void> {
  const waiting = new Set<() => void>()
  database.onCommit(() => {
    for (const wake of waiting) wake()
    waiting.clear()
  })
  return (giveUp) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, 100)
      function done() {
        clearTimeout(timer)
        giveUp.removeEventListener('abort', done)
        waiting.delete(done)
        resolve()
      }
      waiting.add(done)
      giveUp.addEventListener('abort', done, { once: true })
    })
}
