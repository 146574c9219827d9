import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { JOB_KINDS, type Job, keyOf, LANES } from '../../src/core/jobs.ts'
import { plusMs } from '../../src/core/time.ts'
import { RejectedError, UnavailableError } from '../../src/errors.ts'
import type { JobHandlers, JobQueue, JobWorker } from '../../src/ports.ts'
import { jobEngine } from '../../src/queue/index.ts'
import type { Database, Enqueue } from '../../src/storage/database.ts'
import { startChild } from '../support/child.ts'
import { systemClock } from '../support/clock.ts'
import { DATABASES, freshDatabase, reopen } from '../support/databases.ts'
import { silentLog } from '../support/log.ts'

const ROUTE = (name: string): Job => ({ kind: 'route', ticketId: ticketId(name) })
const nameOf = (job: Job): string => ('ticketId' in job ? job.ticketId : job.postKey)
const inMs = (ms: number) => plusMs(systemClock.now(), ms)

/** Every kind of job goes to `handle`. */
const handlers = (handle: (job: Job) => Promise<void> | void): JobHandlers =>
  Object.fromEntries(JOB_KINDS.map((kind) => [kind, async (job: Job) => handle(job)])) as unknown as JobHandlers

describe.each(DATABASES)('job queue on %s', (kind) => {
  const options = { clock: systemClock, log: silentLog, leaseMs: 1_000, pollMs: 20 }
  let database: Database
  let queue: JobQueue
  let enqueue: Enqueue
  const workers: JobWorker[] = []

  beforeEach(async () => {
    database = await freshDatabase(kind)
    const engine = await jobEngine(database, options)
    queue = engine.queue
    enqueue = engine.enqueue
  })

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop(500)))
    await database.close()
  })

  async function work(handle: (job: Job) => Promise<void> | void, on = queue, concurrency = 4): Promise<JobWorker> {
    const worker = await on.work(handlers(handle), { concurrency })
    workers.push(worker)
    return worker
  }

  const empty = () =>
    vi.waitFor(async () => expect(await queue.counts()).toEqual({ ready: 0, delayed: 0, running: 0, dead: 0 }), {
      timeout: 20_000,
      interval: 20,
    })

  const startWorkerProcess = (manner: 'done' | 'stuck') =>
    startChild(join(import.meta.dirname, 'worker-process.ts'), database.location, '1000', manner)

  test('does every job once though eight workers want it', async () => {
    const done: string[] = []
    for (let connection = 0; connection < 4; connection++) {
      const own = await jobEngine(await reopen(database.location, { groupCommitMs: 1 }), options)
      for (let worker = 0; worker < 2; worker++) await work((job) => void done.push(nameOf(job)), own.queue)
    }
    const names = Array.from({ length: 400 }, (_, index) => `t${index}`)
    await Promise.all(names.map((name) => queue.enqueue(ROUTE(name))))
    await empty()

    expect(done.toSorted()).toEqual(names.toSorted())
  })

  test('does every job once though several processes want it', async () => {
    const children = [startWorkerProcess('done'), startWorkerProcess('done')]
    await vi.waitFor(() => expect(children.map(({ lines }) => lines[0])).toEqual(['ready', 'ready']), {
      timeout: 20_000,
    })
    const names = Array.from({ length: 200 }, (_, index) => `t${index}`)
    await Promise.all(names.map((name) => queue.enqueue(ROUTE(name))))
    await empty()

    await vi.waitFor(
      () => expect(children.flatMap(({ lines }) => lines.slice(1)).toSorted()).toEqual(names.toSorted()),
      { timeout: 5_000 },
    )
  })

  test('takes the urgent ones first, then the older ones', async () => {
    await queue.enqueue(ROUTE('background'), { priority: LANES.background })
    await queue.enqueue(ROUTE('ordinary-1'), { priority: LANES.ordinary, runAt: inMs(-2_000) })
    await queue.enqueue(ROUTE('ordinary-2'), { priority: LANES.ordinary, runAt: inMs(-1_000) })
    await queue.enqueue(ROUTE('urgent'), { priority: LANES.urgent })
    const order: string[] = []
    await work((job) => void order.push(nameOf(job)), queue, 1)
    await empty()

    expect(order).toEqual(['urgent', 'ordinary-1', 'ordinary-2', 'background'])
  })

  test('leaves kinds it has no handler for to a worker that has one', async () => {
    await queue.enqueue({ kind: 'page', ticketId: ticketId('a') }, { priority: LANES.urgent })
    await queue.enqueue(ROUTE('a'))
    const done: string[] = []
    workers.push(await queue.work({ route: async () => void done.push('route') }, { concurrency: 1 }))
    await vi.waitFor(() => expect(done).toEqual(['route']), { timeout: 5_000 })
    await vi.waitFor(async () => expect(await queue.counts()).toEqual({ ready: 1, delayed: 0, running: 0, dead: 0 }))

    const other = await jobEngine(await reopen(database.location), options)
    workers.push(await other.queue.work({ page: async () => void done.push('page') }))
    await empty()

    expect(done).toEqual(['route', 'page'])
  })

  test('knows the keys of jobs that wait, rest, run or were set aside, and no others', async () => {
    const NAMES = ['fails', 'rejected', 'runs', 'done']
    await work(async (job) => {
      const name = nameOf(job)
      if (name === 'fails') throw new Error('out of order')
      if (name === 'rejected') throw new RejectedError('no such channel')
      if (name === 'runs') await new Promise(() => {})
    })
    for (const name of NAMES) await queue.enqueue(ROUTE(name))
    await queue.enqueue(ROUTE('waits'), { runAt: inMs(3_600_000) })
    await vi.waitFor(async () => expect(await queue.counts()).toEqual({ ready: 0, delayed: 2, running: 1, dead: 1 }), {
      timeout: 5_000,
    })

    const known = await queue.known([...NAMES, 'waits', 'never'].map((name) => keyOf(ROUTE(name))))

    expect([...known].toSorted()).toEqual(['fails', 'rejected', 'runs', 'waits'].map((name) => keyOf(ROUTE(name))))
    const jobs = await queue.look([...NAMES, 'waits', 'never'].map((name) => keyOf(ROUTE(name))))
    expect(
      jobs.map(({ key, state, error }) => [key, state, error]).toSorted(([a], [b]) => a!.localeCompare(b!)),
    ).toEqual([
      ['route:fails', 'waiting', 'Error: out of order'],
      ['route:rejected', 'dead', 'RejectedError: no such channel'],
      ['route:runs', 'running', undefined],
      ['route:waits', 'waiting', undefined],
    ])
    const waits = jobs.find(({ key }) => key === 'route:waits')!
    expect(waits.attempts).toBe(0)
    expect(waits.runAt > inMs(3_000_000) && waits.runAt <= inMs(3_600_000)).toBe(true)
  })

  test('leaves a delayed job alone until its time has come', async () => {
    await queue.enqueue(ROUTE('later'), { runAt: inMs(3_600_000) })
    await queue.enqueue(ROUTE('soon'), { runAt: inMs(200) })
    const done: string[] = []
    const doneAt: string[] = []
    const due = inMs(150)
    await work((job) => {
      done.push(nameOf(job))
      doneAt.push(systemClock.now())
    })
    await vi.waitFor(() => expect(done).toEqual(['soon']), { timeout: 5_000 })

    expect(doneAt[0]! >= due).toBe(true)
    expect(await queue.counts()).toMatchObject({ delayed: 1, dead: 0 })
  })

  test('lets jobs of one key wait as one, at the earlier moment and in the more urgent lane', async () => {
    await queue.enqueue(ROUTE('a'), { runAt: inMs(3_600_000), priority: LANES.urgent })
    await queue.enqueue(ROUTE('a'), { priority: LANES.background })
    await queue.enqueue(ROUTE('a'), { runAt: inMs(7_200_000) })
    await queue.enqueue(ROUTE('b'), { priority: LANES.ordinary })
    expect(await queue.counts()).toMatchObject({ ready: 2, delayed: 0 })
    const order: string[] = []
    await work((job) => void order.push(nameOf(job)), queue, 1)
    await empty()

    expect(order).toEqual(['a', 'b'])
  })

  test('does not lose a job that is added while one of its key runs', async () => {
    let runs = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await work(async () => {
      runs += 1
      if (runs === 1) await held
    })
    await queue.enqueue(ROUTE('a'))
    await vi.waitFor(() => expect(runs).toBe(1))
    await queue.enqueue(ROUTE('a'))
    release()
    await empty()

    expect(runs).toBe(2)
  })

  test('drops a failed job when its key waits again', async () => {
    let runs = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await work(async () => {
      runs += 1
      if (runs > 1) return
      await held
      throw new Error('read too early')
    })
    await queue.enqueue(ROUTE('a'), { maxAttempts: 1 })
    await vi.waitFor(() => expect(runs).toBe(1))
    await queue.enqueue(ROUTE('a'))
    release()
    await empty()

    expect(runs).toBe(2)
    expect(await queue.dead()).toEqual([])
  })

  test('sets a job aside after its last attempt and does it again when asked', async () => {
    let broken = true
    let runs = 0
    await work(() => {
      runs += 1
      if (broken) throw new Error('out of order')
    })
    await queue.enqueue(ROUTE('a'), { maxAttempts: 2, priority: LANES.urgent })
    await vi.waitFor(async () => expect(await queue.dead()).toHaveLength(1), { timeout: 15_000 })
    expect(runs).toBe(2)
    const [dead] = await queue.dead()
    expect(dead).toMatchObject({ job: ROUTE('a'), attempts: 2 })
    expect(dead?.error).toContain('out of order')
    expect(await queue.counts()).toEqual({ ready: 0, delayed: 0, running: 0, dead: 1 })

    broken = false
    expect(await queue.requeue(dead!.id)).toBe(true)
    await empty()
    expect(runs).toBe(3)
    expect(await queue.requeue(dead!.id)).toBe(false)
    expect(await queue.requeue('nonsense')).toBe(false)
  })

  test('sets a rejected job aside at once, and a new one of its key takes its place', async () => {
    let runs = 0
    await work(() => {
      runs += 1
      if (runs === 1) throw new RejectedError('no such channel')
    })
    await queue.enqueue(ROUTE('a'))
    await vi.waitFor(async () => expect(await queue.dead()).toHaveLength(1), { timeout: 5_000 })
    expect(runs).toBe(1)

    await queue.enqueue(ROUTE('a'))
    await empty()
    expect(runs).toBe(2)
  })

  test('waits as long as the other side asks, and does not count that as an attempt', async () => {
    const began: string[] = []
    await work(() => {
      began.push(systemClock.now())
      if (began.length === 1) throw new UnavailableError('rate limited', { retryAfterMs: 1_200 })
    })
    await queue.enqueue(ROUTE('a'), { maxAttempts: 1 })
    await vi.waitFor(() => expect(began).toHaveLength(2), { timeout: 10_000 })
    await empty()

    expect(Date.parse(began[1]!) - Date.parse(began[0]!)).toBeGreaterThanOrEqual(1_150)
  })

  test('adds nothing when the transaction is rolled back', async () => {
    const failing = database.write(async (tx) => {
      await enqueue(tx, ROUTE('never'))
      throw new Error('changed my mind')
    })

    await expect(failing).rejects.toThrow('changed my mind')
    expect(await queue.counts()).toEqual({ ready: 0, delayed: 0, running: 0, dead: 0 })
  })

  test('gives the jobs of a killed worker to others', async () => {
    await queue.enqueue(ROUTE('a'))
    const child = startWorkerProcess('stuck')
    await vi.waitFor(() => expect(child.lines).toContain('a'), { timeout: 20_000 })
    const done: string[] = []
    await work((job) => void done.push(nameOf(job)))
    expect(await queue.counts()).toMatchObject({ running: 1 })

    await child.kill()
    await vi.waitFor(() => expect(done).toEqual(['a']), { timeout: 15_000 })
    await empty()
  })

  test('leaves the jobs of a slow but living worker alone', async () => {
    let runs = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await work(async () => {
      runs += 1
      await held
    })
    await queue.enqueue(ROUTE('slow'))
    await queue.enqueue(ROUTE('bell'), { runAt: inMs(2_500) })
    const other = await jobEngine(await reopen(database.location), options)
    await work(() => {
      runs += 1
    }, other.queue)
    await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ delayed: 0, ready: 0 }), {
      timeout: 10_000,
    })

    expect(runs).toBe(2)
    release()
    await empty()
  })

  test('finishes what runs before it stops, and takes no more', async () => {
    const done: string[] = []
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let began = false
    const worker = await work(async (job) => {
      began = true
      await held
      done.push(nameOf(job))
    })
    await queue.enqueue(ROUTE('a'))
    await vi.waitFor(() => expect(began).toBe(true))
    const stopping = worker.stop()
    release()
    await stopping
    await queue.enqueue(ROUTE('b'))

    expect(done).toEqual(['a'])
    expect(await queue.counts()).toEqual({ ready: 1, delayed: 0, running: 0, dead: 0 })
    workers.length = 0
  })

  test('gives back what does not finish in time', async () => {
    let began = 0
    const worker = await work(async () => {
      began += 1
      await new Promise(() => {})
    })
    await queue.enqueue(ROUTE('a'))
    await vi.waitFor(() => expect(began).toBe(1))
    await worker.stop(50)
    workers.length = 0

    expect(await queue.counts()).toEqual({ ready: 1, delayed: 0, running: 0, dead: 0 })
  })
})
