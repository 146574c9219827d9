import { SECOND } from '../core/time.ts'
import type {
  AccountStore,
  Announcer,
  Clock,
  Courier,
  Directory,
  Inbox,
  JobQueue,
  LessonStore,
  Log,
  Meter,
  Pager,
  PolicyStore,
  PostStore,
  RestoreStore,
  TicketStore,
} from '../ports.ts'
import { afterRestore } from './after-restore.ts'
import { announcer as announcerOf } from './announcer.ts'
import { slackApp } from './bolt.ts'
import { countedWeb } from './counted-web.ts'
import { courier as courierOf, OUTBOX_TIMINGS, type OutboxTimings } from './outbox.ts'
import { pager as pagerOf } from './pager.ts'
import { pictures } from './pictures.ts'
import type { SlackAnswer, SlackRequest } from './receiver.ts'
import { type SocketConnections, socketConnections } from './socket.ts'
import { slackWeb } from './web.ts'

export interface SlackSide {
  readonly announcer: Announcer
  readonly courier: Courier
  readonly pager: Pager
  /** Answers one HTTP request to `POST /slack/events`. */
  handle(request: SlackRequest): Promise<SlackAnswer>
  /** Takes up deliveries and posts nobody finished; `isAlone` takes even the newest, since nobody can be at them. */
  sweep(isAlone?: boolean): Promise<void>
  /**
   * Before the first job: marks what edits of a process that died may still change. After a restored backup it begins to compare the
   * cards with Slack; until that is done nothing is posted.
   */
  recover(): Promise<void>
  /** What keeps us from working with Slack now, in words; `undefined` when nothing does. */
  trouble(): Promise<string | undefined>
  /** Open Socket Mode connections; `undefined` when Slack comes by HTTP. */
  connections(): number | undefined
  /** Opens Socket Mode when there is an app token. */
  start(): void
  /** Takes nothing more in and waits for what is under way. */
  stop(): Promise<void>
}

/** Everything that talks to one Slack workspace, put together. */
export function slackSide(parts: {
  readonly botToken: string
  readonly appToken: string | undefined
  readonly signingSecret: string | undefined
  readonly apiUrl: string
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly accounts: AccountStore
  readonly lessons: LessonStore
  readonly inbox: Inbox
  readonly posts: PostStore
  readonly restores: RestoreStore
  readonly meter: Meter
  readonly queue: JobQueue
  readonly clock: Clock
  readonly log: Log
  readonly timings: Partial<OutboxTimings> | undefined
  /** A delivery nobody finished for this long is taken up again, in milliseconds; 10 s when left out. */
  readonly unfinishedMs?: number | undefined
}): SlackSide {
  const { botToken, appToken, apiUrl, log } = parts
  const timings = { ...OUTBOX_TIMINGS, ...parts.timings }
  const web = countedWeb(slackWeb({ token: botToken, log, apiUrl, timeoutMs: timings.timeoutMs }), parts.meter)
  const courier = courierOf({ ...parts, web, draw: pictures({ ...parts, web }), timings })
  const restored = afterRestore({ ...parts, web })
  const announcer = announcerOf(parts)
  const pager = pagerOf(parts)
  const app = slackApp({
    ...parts,
    web,
    refreshCard: (ticket) => announcer.announce(ticket),
    seenPost: (post) => courier.seen(post),
  })
  let socket: SocketConnections | undefined

  return {
    announcer,
    courier: {
      // The rows say what is left to do, so a job that comes too early is simply over.
      deliver: async (key) => ((await restored.isDone()) ? courier.deliver(key) : undefined),
    },
    pager,
    handle: app.handle,

    async sweep(isAlone = false) {
      await app.replayUnfinished(isAlone ? 0 : (parts.unfinishedMs ?? 10 * SECOND))
      if (await restored.isDone()) await courier.sweepUnfinished()
      else void compareThenPost()
    },

    async recover() {
      await parts.posts.doubtEdits(parts.clock.now())
      if (!(await restored.isDone())) void compareThenPost()
    },

    async trouble() {
      if (!(await restored.isDone())) return 'Cards are being compared with Slack after a restore.'
      if (appToken) return socket?.connected() ? undefined : 'Socket Mode is not connected.'
      const known = await web.identity()
      return known.ok ? undefined : `Slack does not answer (${known.error}).`
    },

    connections: () => (appToken ? (socket?.connected() ?? 0) : undefined),

    start() {
      if (appToken) socket = socketConnections({ appToken, accept: app.accept, log, apiUrl })
    },

    async stop() {
      await socket?.stop()
      await restored.stop()
      await app.stop()
    },
  }

  /** Never rejects. */
  async function compareThenPost(): Promise<void> {
    if (await restored.attempt()) await courier.sweepUnfinished().catch(() => undefined)
  }
}
