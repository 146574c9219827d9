import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { combine, type Priority } from '../../src/core/classification.ts'
import type { TicketEvent } from '../../src/core/events.ts'
import { type PersonId, personId, type TeamId, type TicketId, teamId } from '../../src/core/ids.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { fromEpochMs } from '../../src/core/time.ts'
import { isPlanted } from '../../src/lib/fault-injection.ts'
import type { VisibleMessage } from '../../src/playground/workspace/ledger.ts'
import type { Fields } from '../../src/playground/workspace/model.ts'
import { type SlackWorkspace, slackWorkspace, type WorkspaceOptions } from '../../src/playground/workspace/workspace.ts'
import type { Announcer, JobHandlers, JobWorker, Pager, PostStore, SlackPost, TicketStore } from '../../src/ports.ts'
import { jobEngine } from '../../src/queue/index.ts'
import { announcer } from '../../src/slack/announcer.ts'
import { courier, type Outbox, type OutboxTimings } from '../../src/slack/outbox.ts'
import { pager } from '../../src/slack/pager.ts'
import { pictures } from '../../src/slack/pictures.ts'
import { keyOfMessage } from '../../src/slack/post-key.ts'
import { type SlackWeb, slackWeb } from '../../src/slack/web.ts'
import { accountStore } from '../../src/storage/accounts.ts'
import { directory as directoryStore } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { postStore } from '../../src/storage/slack-posts.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { systemClock } from '../support/clock.ts'
import { type DatabaseKind, freshDatabase } from '../support/databases.ts'
import { type LogLine, recordingLog } from '../support/log.ts'
import { anInboundTicket } from '../support/tickets.ts'
import { CHANNELS, PEOPLE, policyDocument, SIGNING_SECRET } from '../support/workplace.ts'

/** Hours in the life of the outbox, played in a second. */
export const QUICK: OutboxTimings = {
  timeoutMs: 400,
  leaseMs: 600,
  quarantineMs: 300,
  urgentQuarantineMs: 0,
  sweepsMs: [300, 600, 1_000],
  coalesceMs: 30,
  retryMs: 30,
  unreadableMs: 1_500,
  tokenMs: 200,
}

export interface Stage {
  readonly slack: SlackWorkspace
  readonly posts: PostStore
  readonly tickets: TicketStore
  readonly outbox: Outbox
  readonly announcer: Announcer
  readonly pager: Pager
  readonly web: SlackWeb
  readonly lines: readonly LogLine[]
  /** A ticket that was just sent to a team, or to triage without one; its jobs are waiting. */
  routed(given?: { readonly team?: string; readonly person?: string; readonly priority?: Priority }): Promise<Ticket>
  record(id: TicketId, event: DistributiveOmit<TicketEvent, 'at'>): Promise<Ticket>
  /** What people see of a ticket in channels now, by the number on it. */
  cards(ticket: Ticket): VisibleMessage[]
  /** Those of them that can be clicked. */
  actionable(ticket: Ticket): VisibleMessage[]
  pages(who: string): VisibleMessage[]
  postsOf(id: TicketId): Promise<readonly SlackPost[]>
  /** Starts working through jobs and hearing echoes. */
  start(): Promise<void>
  /** Resolves once nothing is left to do, later sweeps included. */
  atRest(timeoutMs?: number): Promise<void>
  stop(): Promise<void>
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

/** The outbox with a real queue and database, in front of a Slack of our own, over real HTTP. */
export async function outboxStage(
  given: Partial<WorkspaceOptions> & {
    readonly kind?: DatabaseKind
    /** Couriers that know nothing of each other. */
    readonly processes?: number
    readonly timings?: Partial<OutboxTimings>
    readonly echo?: boolean
    readonly change?: (policy: string) => string
    /** Stands between the outbox and the network. */
    readonly between?: (web: SlackWeb) => SlackWeb
  } = {},
): Promise<Stage> {
  const {
    kind = 'sqlite',
    processes = 1,
    timings: asked,
    change = (policy) => policy,
    between = (one) => one,
    ...workspace
  } = given
  const timings = { ...QUICK, ...asked }
  const slack = await slackWorkspace({
    people: PEOPLE,
    channels: CHANNELS,
    signingSecret: SIGNING_SECRET,
    echo: false,
    ...workspace,
  })
  const clock = systemClock
  const log = recordingLog()
  const database = await freshDatabase(kind)
  const { queue, enqueue } = await jobEngine(database, { clock, log, pollMs: 20 })
  const tickets = ticketStore(database, enqueue)
  const posts = postStore(database, enqueue)
  const directory = directoryStore(database)
  const policies = policyStore(database)
  const accounts = accountStore(database)
  await policies.importDocument(change(policyDocument()), { author: 'test', reason: 'test', at: clock.now() })

  const { slackApiUrl: apiUrl, botToken: token } = slack.app
  const web = between(slackWeb({ token, apiUrl, log, timeoutMs: timings.timeoutMs }))
  const draw = pictures({ posts, tickets, directory, policies, accounts, web, clock })
  const couriers = Array.from({ length: processes }, () =>
    courier({ posts, tickets, queue, web, draw, clock, log, timings }),
  )
  const outbox = couriers[0]!
  const parts = { posts, tickets, directory, policies, queue, clock, log }
  const announce = announcer(parts)
  const page = pager(parts)
  const handlersOf = (own: Outbox): JobHandlers => ({
    route: async () => {},
    ask: async () => {},
    reread: async () => {},
    consult: async () => {},
    learn: async () => {},
    announce: ({ ticketId }) => announce.announce(ticketId),
    page: ({ ticketId }) => page.page(ticketId),
    deliver: ({ postKey }) => own.deliver(postKey),
  })
  const ears = await hearing((event) => hear(event))
  const workers: JobWorker[] = []

  async function hear(event: Fields): Promise<void> {
    if (event.type !== 'message_metadata_posted') return
    const { metadata, channel_id: channel, message_ts: ts, app_id: appId } = event as Readonly<Record<string, string>>
    const key = keyOfMessage({ metadata: metadata as unknown as Readonly<Record<string, string>> })
    await outbox.seen({ channel: channel ?? '', ts: ts ?? '', key, byUs: appId === slack.app.appId })
  }

  let count = 0
  return {
    slack,
    posts,
    tickets,
    outbox,
    announcer: announce,
    pager: page,
    web,
    lines: log.lines,

    async routed({ team, person, priority = 'P3' } = {}) {
      count += 1
      const { ticket } = await tickets.receive(
        anInboundTicket({ externalId: randomUUID(), subject: `Ticket ${count}`, receivedAt: clock.now() }),
      )
      const moved = await tickets.record(ticket, [routing(ticket, { team, person, priority })])
      if (!moved) throw new Error('The ticket was not routed.')
      return moved
    },

    async record(id, event) {
      const at = clock.now()
      const moved = await tickets.record(await tickets.get(id), [{ ...event, at }])
      if (!moved) throw new Error('The event was not recorded.')
      return moved
    },

    cards: (ticket) => cardsOf(slack, ticket),
    actionable: (ticket) => cardsOf(slack, ticket).filter(isActionable),
    pages: (who) => slack.as(who).sees('@waybill'),
    postsOf: (id) => posts.ofTicket(id),

    async start() {
      slack.deliverTo(ears.url)
      await outbox.sweepUnfinished()
      for (const one of couriers) workers.push(await queue.work(handlersOf(one), { concurrency: 16 }))
    },

    async atRest(timeoutMs = 20_000) {
      await slack.until(async () => {
        const { ready, delayed, running } = await queue.counts()
        if (ready + delayed + running > 0 || slack.pendingDeliveries > 0) return false
        const sweeps = isPlanted('no-sweep') ? [] : timings.sweepsMs
        const unfinished = await posts.unfinished(fromEpochMs(Date.now() + 30_000), sweeps, 1)
        return unfinished.length === 0
      }, timeoutMs)
    },

    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await ears.close()
      await slack.close()
      await database.close()
    },
  }
}

/** By what people read, not by our markers: the checker must not trust what it checks. */
const cardsOf = (slack: SlackWorkspace, { number }: Ticket): VisibleMessage[] =>
  slack.ledger
    .visible()
    .filter(({ channel, shows }) => channel.startsWith('C') && new RegExp(`#${number}(?!\\d)`).test(shows))

const isActionable = ({ blocks }: VisibleMessage): boolean => blocks.some(({ type }) => type === 'actions')

function routing(
  ticket: Ticket,
  to: { readonly team: string | undefined; readonly person: string | undefined; readonly priority: Priority },
): TicketEvent {
  const voice = {
    id: 'rules',
    weight: 1,
    opinion: { topics: { billing: 1 }, priorities: { [to.priority]: 1 }, because: [] },
  }
  const team = to.team === undefined ? undefined : (teamId(to.team) satisfies TeamId)
  const person = to.person === undefined ? undefined : (personId(to.person) satisfies PersonId)
  const destination =
    team === undefined
      ? ({ kind: 'triage' } as const)
      : person === undefined
        ? ({ kind: 'queue', team } as const)
        : ({ kind: 'offer', team, person } as const)
  return {
    type: 'routed',
    classification: combine([voice], []),
    decision: {
      destination,
      page: to.priority === 'P1',
      row: undefined,
      skill: undefined,
      respondBy: undefined,
      ranking: { candidates: [], excluded: [] },
      policyVersion: 1,
      modelVersion: 'starter@0',
      facts: { tier: undefined, account: undefined, missing: [] },
      because: ['for a test'],
    },
    customerId: undefined,
    accountId: undefined,
    at: ticket.receivedAt,
    by: 'router',
  }
}

async function hearing(
  hear: (event: Fields) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { event } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly event: Fields }
      hear(event).then(
        () => response.writeHead(200).end(),
        () => response.writeHead(500).end(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
