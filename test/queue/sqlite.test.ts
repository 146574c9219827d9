import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { JOB_KINDS, type Job } from '../../src/core/jobs.ts'
import { timestamp } from '../../src/core/time.ts'
import type { JobHandlers, JobWorker } from '../../src/ports.ts'
import { sqliteQueue } from '../../src/queue/sqlite.ts'
import type { Database } from '../../src/storage/database.ts'
import { type FakeClock, fakeClock } from '../support/clock.ts'
import { freshDatabase, reopen } from '../support/databases.ts'
import { recordingLog } from '../support/log.ts'

const ROUTE: Job = { kind: 'route', ticketId: ticketId('t') }
const everything = (handle: () => Promise<void>): JobHandlers =>
  Object.fromEntries(JOB_KINDS.map((kind) => [kind, handle])) as unknown as JobHandlers

let database: Database
let clock: FakeClock
let log: ReturnType<typeof recordingLog>
const workers: JobWorker[] = []

beforeEach(async () => {
  database = await freshDatabase('sqlite')
  clock = fakeClock(timestamp('2026-01-05T09:00:00Z'))
  log = recordingLog()
})

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(100)))
  await database.close()
})

async function queueOf(given: { readonly pollMs?: number; readonly leaseMs?: number } = {}, on = database) {
  const { queue } = sqliteQueue(on, { clock, log, pollMs: 10, leaseMs: 60_000, ...given })
  return {
    ...queue,
    async run(handle: () => Promise<void>) {
      workers.push(await queue.work(everything(handle)))
    },
  }
}

const row = () => database.read.selectFrom('jobs').selectAll().executeTakeFirst()
const heldUp = () => {
  let release = () => {}
  const until = new Promise<void>((resolve) => {
    release = resolve
  })
  return { until, release: () => release() }
}

test('tries again later and later', async () => {
  const queue = await queueOf()
  let runs = 0
  await queue.run(() => {
    runs += 1
    return Promise.reject(new Error('out of order'))
  })
  await queue.enqueue(ROUTE)
  const waits: number[] = []
  for (let attempt = 1; attempt <= 4; attempt++) {
    await vi.waitFor(async () => expect(await row()).toMatchObject({ state: 'ready', attempts: attempt }))
    const { run_at } = (await row())!
    waits.push(Date.parse(run_at) - Date.parse(clock.now()))
    clock.set(timestamp(run_at))
  }

  expect(waits).toEqual([2_718, 7_389, 20_086, 54_598])
  expect(runs).toBeGreaterThanOrEqual(4)
  expect(log.lines[0]).toMatchObject({ level: 'warn', message: 'job failed, will be tried again' })
})

test('refuses the late result of a worker that was taken for dead', async () => {
  const slow = await queueOf()
  const { until, release } = heldUp()
  await slow.run(() => until)
  await slow.enqueue(ROUTE)
  await vi.waitFor(async () => expect(await row()).toMatchObject({ state: 'running', fence: 1 }))
  // The lease ended long ago, and somebody else has the job.
  await database.write((tx) => tx.updateTable('jobs').set({ fence: 2, worker: 'somebody else' }).execute())
  release()

  await vi.waitFor(() => expect(log.lines.map(({ message }) => message)).toContain(LATE))
  expect(await row()).toMatchObject({ state: 'running', fence: 2, worker: 'somebody else' })
})
const LATE = 'late result of a job that was given to somebody else'

test('frees a job whose lease ended, and sets it aside once it killed its worker too often', async () => {
  const queue = await queueOf({ leaseMs: 100 })
  await queue.enqueue(ROUTE, { maxAttempts: 3 })
  const { until } = heldUp()
  await database.write((tx) =>
    tx.updateTable('jobs').set({ state: 'running', attempts: 2, fence: 2, lease_until: clock.now() }).execute(),
  )
  clock.advance(1)
  await queue.run(() => until)
  await vi.waitFor(async () => expect(await row()).toMatchObject({ state: 'running', attempts: 3, fence: 4 }))
  await database.write((tx) => tx.updateTable('jobs').set({ worker: 'dead', lease_until: clock.now() }).execute())
  clock.advance(1)
  await vi.waitFor(async () => expect(await queue.dead()).toMatchObject([{ job: ROUTE, attempts: 3 }]))

  expect((await queue.dead())[0]?.error).toContain('went silent')
})

test('renews the lease of what it works on', async () => {
  const queue = await queueOf({ leaseMs: 100 })
  const { until, release } = heldUp()
  await queue.run(() => until)
  await queue.enqueue(ROUTE)
  await vi.waitFor(async () => expect(await row()).toMatchObject({ state: 'running' }))
  const before = (await row())?.lease_until
  clock.advance(50)

  await vi.waitFor(async () => expect((await row())?.lease_until).not.toBe(before))
  release()
})

test('begins a job as soon as it is committed, without waiting to look for it', async () => {
  const queue = await queueOf({ pollMs: 3_600_000 })
  let ran = false
  await queue.run(() => {
    ran = true
    return Promise.resolve()
  })
  await queue.enqueue(ROUTE)

  await vi.waitFor(() => expect(ran).toBe(true))
})

test('runs one job of a key at a time, also over several connections', async () => {
  const queue = await queueOf()
  const other = await queueOf({}, await reopen(database.location))
  let running = 0
  let most = 0
  let runs = 0
  const handle = async (): Promise<void> => {
    running += 1
    most = Math.max(most, running)
    await database.read.selectFrom('jobs').select('id').execute()
    running -= 1
    runs += 1
  }
  await queue.run(handle)
  await other.run(handle)
  for (let index = 0; index < 30; index++) await queue.enqueue(ROUTE)
  await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ ready: 0, running: 0 }))

  expect(most).toBe(1)
  expect(runs).toBeGreaterThan(0)
})

test('writes nothing while there is nothing to do', async () => {
  const queue = await queueOf({ pollMs: 1 })
  let commits = 0
  await queue.run(() => Promise.resolve())
  database.onCommit(() => {
    commits += 1
  })
  await queue.enqueue(ROUTE)
  await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ ready: 0, running: 0 }))
  const after = commits
  await new Promise((resolve) => setImmediate(resolve))
  for (let reads = 0; reads < 200; reads++) await new Promise((resolve) => setImmediate(resolve))

  expect(after).toBeLessThanOrEqual(3)
  expect(commits).toBe(after)
})

test('leaves a job of a kind nobody knows yet to a newer Waybill', async () => {
  const queue = await queueOf()
  await queue.enqueue(ROUTE)
  await database.write((tx) => tx.updateTable('jobs').set({ kind: 'dance', payload: '{"kind":"dance"}' }).execute())
  await queue.enqueue({ kind: 'route', ticketId: ticketId('other') })
  let runs = 0
  await queue.run(async () => {
    runs += 1
  })
  await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ ready: 1, running: 0, dead: 0 }))

  expect(runs).toBe(1)
})
