import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { JOB_KINDS, type Job } from '../../src/core/jobs.ts'
import type { JobHandlers } from '../../src/ports.ts'
import { graphileQueue } from '../../src/queue/graphile.ts'
import { systemClock } from '../support/clock.ts'
import { freshDatabase, reopen } from '../support/databases.ts'
import { recordingLog } from '../support/log.ts'

const ROUTE = (name: string): Job => ({ kind: 'route', ticketId: ticketId(name) })
const everything = (handle: (job: Job) => Promise<void>): JobHandlers =>
  Object.fromEntries(JOB_KINDS.map((kind) => [kind, handle])) as unknown as JobHandlers

test('goes on after the server cut every connection', async () => {
  const database = await freshDatabase('postgres')
  const log = recordingLog()
  const { queue } = await graphileQueue(database, { clock: systemClock, log, leaseMs: 1_000, pollMs: 50 })
  const names = Array.from({ length: 60 }, (_, index) => `t${index}`)
  await Promise.all(names.map((name) => queue.enqueue(ROUTE(name))))
  const own = await reopen(database.location, { connections: 1 })
  const cut = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(own.read)
  const done = new Set<string>()
  const worker = await queue.work(
    everything(async (job) => {
      if (done.size === 20) await cut()
      done.add('ticketId' in job ? job.ticketId : '')
    }),
    { concurrency: 2 },
  )

  await vi.waitFor(async () => expect(await queue.counts()).toEqual({ ready: 0, delayed: 0, running: 0, dead: 0 }), {
    timeout: 25_000,
    interval: 100,
  })
  expect(done.size).toBe(60)
  await worker.stop()
})

test('loses no job when two transactions and a worker meet at one key', async () => {
  const database = await freshDatabase('postgres')
  const { queue, enqueue } = await graphileQueue(database, { clock: systemClock, log: recordingLog(), pollMs: 20 })
  let written = 0
  let seen = 0
  const worker = await queue.work(
    everything(async () => {
      const { sequence } = await database.read.selectFrom('learning').select('sequence').executeTakeFirstOrThrow()
      seen = Math.max(seen, sequence)
    }),
    { concurrency: 4 },
  )
  const add = () =>
    database.write(async (tx) => {
      await enqueue(tx, ROUTE('one'))
      await tx.updateTable('learning').set({ sequence: sql`sequence + 1` }).execute()
      written += 1
    })
  for (let round = 0; round < 40; round++) await Promise.all([add(), add(), add()])
  await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ ready: 0, running: 0 }), {
    timeout: 20_000,
  })

  expect(written).toBeGreaterThanOrEqual(120)
  expect(seen).toBe(120)
  await worker.stop()
})

test('leaves the jobs of another workspace to its own workers', async () => {
  const database = await freshDatabase('postgres')
  const other = await reopen(database.location, { workspace: 'second' as typeof database.workspace })
  const options = { clock: systemClock, log: recordingLog(), pollMs: 20 }
  const { queue } = await graphileQueue(database, options)
  const { queue: second } = await graphileQueue(other, options)
  await second.enqueue(ROUTE('theirs'))
  await queue.enqueue(ROUTE('theirs'))
  const done: Job[] = []
  const worker = await queue.work(
    everything(async (job) => {
      done.push(job)
    }),
  )
  await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ ready: 0, running: 0 }))

  expect(done).toEqual([ROUTE('theirs')])
  expect(await second.counts()).toMatchObject({ ready: 1 })
  await worker.stop()
})
