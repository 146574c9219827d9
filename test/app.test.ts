import { Server } from 'node:net'
import { sql } from 'kysely'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type App, buildApp, type Overrides, Settings } from '../src/app.ts'
import { importPolicy } from '../src/cli/policy.ts'
import { readSettings } from '../src/config.ts'
import { keyOf } from '../src/core/jobs.ts'
import type { Clock, InboxEntry } from '../src/ports.ts'
import { aClassification, aDecision } from './slack/support.ts'
import { fakeClock, systemClock } from './support/clock.ts'
import { DATABASES, freshLocation } from './support/databases.ts'
import { recordingLog } from './support/log.ts'
import { anInboundTicket } from './support/tickets.ts'
import { trainOnce } from './support/trained.ts'
import { sendWebhook } from './support/webhooks.ts'
import { FEW_TOPICS, policyDocument, WEBHOOK_SECRET } from './support/workplace.ts'

afterEach(() => vi.restoreAllMocks())

interface Opened {
  readonly app: App
  readonly log: ReturnType<typeof recordingLog>
}

async function opened(
  location: string,
  { policy = true, environment = {}, ...overrides }: Overrides & { policy?: boolean; environment?: object } = {},
): Promise<Opened> {
  const settings = readSettings({ DATABASE_URL: location, PORT: '0', ...environment }, Settings)
  const log = recordingLog()
  const app = await buildApp(settings, { log, groupCommitMs: 1, sweepSeconds: 0, train: trainOnce, ...overrides })
  onTestFinished(() => app.stop())
  if (policy && !(await app.policies.current())) {
    const change = { author: 'test', reason: 'test', at: app.clock.now() }
    await app.policies.importDocument(policyDocument({ topics: FEW_TOPICS }), change)
  }
  return { app, log }
}

/** A delivery that was stored a moment ago and is not finished. */
const aDelivery = (clock: Clock = systemClock): InboxEntry => ({
  key: 'slack/click-1',
  kind: 'slack_interaction',
  payload: JSON.stringify({ type: 'block_actions', actions: [] }),
  receivedAt: clock.now(),
})

const SLACK = {
  SLACK_BOT_TOKEN: 'xoxb-test',
  SLACK_SIGNING_SECRET: 'a-signing-secret-for-tests-only',
  SLACK_API_URL: 'http://127.0.0.1:9/',
}

const stateOf = ({ database }: App) =>
  database.read.selectFrom('inbox').select(['state', 'lease_until']).executeTakeFirstOrThrow()

describe('a start', () => {
  test('takes up what nobody finished before it lets anybody in, so that a live click is never taken for an old one', async () => {
    const { app } = await opened(await freshLocation('sqlite'), { environment: SLACK })
    await app.inbox.store(aDelivery())
    const order: string[] = []
    const { claimUnfinished } = app.inbox
    vi.spyOn(app.inbox, 'claimUnfinished').mockImplementation((...given) => {
      order.push('sweep')
      return claimUnfinished(...given)
    })
    const listen = vi.spyOn(Server.prototype, 'listen')
    listen.mockImplementationOnce(function (this: Server, ...given: unknown[]) {
      order.push('listen')
      return this.listen(...(given as [number, string]))
    })

    await app.serve()

    expect(order.indexOf('listen')).toBeGreaterThan(0)
    expect(order.slice(order.indexOf('listen'))).toEqual(['listen'])
    expect((await stateOf(app)).lease_until).not.toBeNull()
  })

  test('leaves a click that just came in to the other process that may be at it', async () => {
    const location = await freshLocation('postgres')
    const clock = fakeClock() // however long the start takes, the click stays young
    const first = await opened(location, { environment: SLACK, clock })
    await first.app.inbox.store(aDelivery(clock))
    const { app } = await opened(location, { environment: SLACK, clock })

    await app.serve()

    expect(await stateOf(app)).toEqual({ state: 'new', lease_until: null })
  })
})

describe.each(DATABASES)('catching up on %s', (kind) => {
  const forgetJobs = ({ database }: App) =>
    database.write((tx) =>
      (kind === 'sqlite' ? sql`delete from jobs` : sql`delete from graphile_worker._private_jobs`).execute(tx),
    )

  test('gives a ticket whose job got lost another one, once', async () => {
    const { app } = await opened(await freshLocation(kind))
    await app.receive(anInboundTicket())
    await forgetJobs(app)

    await app.catchUp()
    await app.catchUp()
    expect(await app.queue.counts()).toMatchObject({ ready: 1 })
    await app.work()
    await vi.waitFor(async () => expect((await app.tickets.open())[0]?.status).toBe('offered'), { timeout: 20_000 })
    await app.catchUp()

    // Its card waits for a process that knows a workspace.
    expect(await app.queue.counts()).toEqual({ ready: 1, delayed: 0, running: 0, dead: 0 })
  })

  test('finds the lost card, page and lessons of a ticket too', async () => {
    const { app } = await opened(await freshLocation(kind), { environment: SLACK })
    const { ticket } = await app.receive(anInboundTicket())
    const at = app.clock.now()
    const routed = {
      type: 'routed',
      classification: aClassification({ priority: 'P1' }),
      decision: aDecision(),
      customerId: undefined,
      accountId: undefined,
      at,
      by: 'router',
    } as const
    await app.tickets.record(ticket, [routed, { type: 'escalated', because: 'test', priority: 'P1', at, by: 'grace' }])
    await forgetJobs(app)

    await app.catchUp()

    const keys = (['route', 'announce', 'page', 'learn'] as const).map((job) =>
      keyOf({ kind: job, ticketId: ticket.id }),
    )
    expect([...(await app.queue.known(keys))].toSorted()).toEqual(keys.slice(1).toSorted())
  })

  test('leaves a job alone that rests after a failure', async () => {
    const { app } = await opened(await freshLocation(kind), { policy: false })
    await app.receive(anInboundTicket())
    await app.work()
    await vi.waitFor(async () => expect(await app.queue.counts()).toMatchObject({ delayed: 1 }), { timeout: 20_000 })

    await app.catchUp()

    expect(await app.queue.counts()).toEqual({ ready: 0, delayed: 1, running: 0, dead: 0 })
  })
})

test('a ticket that rests for want of a policy is decided as soon as another process imports one', async () => {
  const location = await freshLocation('sqlite')
  const { app, log } = await opened(location, { policy: false })
  await app.receive(anInboundTicket())
  await app.serve()
  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: 'warn', message: expect.stringContaining('no policy') }),
  )
  await vi.waitFor(async () => expect(await app.queue.counts()).toMatchObject({ delayed: 1 }), { timeout: 20_000 })
  await app.database.write((tx) => tx.updateTable('jobs').set({ run_at: '2999-01-01T00:00:00.000Z' }).execute())
  const { app: other } = await opened(location, { policy: false })
  const said: string[] = []

  const change = { author: 'test', reason: 'test' }
  const output = { out: (line: string) => said.push(line), err: () => {} }
  await importPolicy(other, policyDocument({ topics: FEW_TOPICS }), change, output)

  await vi.waitFor(async () => expect((await app.tickets.open())[0]?.status).toBe('offered'), { timeout: 20_000 })
  expect(said.at(-1)).toBe('1 undecided ticket will be tried again.')
})

test('waiting for a decision leaves nothing behind that is told of every commit', async () => {
  const { app } = await opened(await freshLocation('sqlite'))
  const { ticket } = await app.receive(anInboundTicket())
  const listens = vi.spyOn(app.database, 'onCommit')

  for (let times = 0; times < 3; times++) await expect(app.settled(ticket.id, 1)).rejects.toThrow('not decided')

  expect(listens).not.toHaveBeenCalled()
})

test('stops though a request, a job and a sweep hang, which all have the same time to end', async () => {
  const { app } = await opened(await freshLocation('sqlite'), { environment: { WEBHOOK_SECRET } })
  const never = new Promise<never>(() => {})
  const { url } = await app.serve()
  const begun: string[] = []
  vi.spyOn(app.tickets, 'get').mockImplementation(() => {
    begun.push('job')
    return never
  })
  vi.spyOn(app.inbox, 'store').mockImplementation(({ kind }) => {
    begun.push(kind)
    return never
  })
  vi.spyOn(app.inbox, 'claimUnfinished').mockImplementation(() => {
    begun.push('sweep')
    return never
  })
  await app.receive(anInboundTicket())
  const message = {
    id: 'm',
    delivery: 'm',
    secret: WEBHOOK_SECRET,
    subject: 's',
    body: 'b',
    from: 'a@customer.example',
  }
  void sendWebhook(url, message).catch(() => undefined)
  void app.sweep()
  await vi.waitFor(() => expect(begun).toEqual(expect.arrayContaining(['webhook', 'job', 'sweep'])))

  await app.stop(100)

  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
})
