import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Job as GraphileJob,
  Logger,
  type LogLevel,
  run,
  runMigrations,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker'
import { sql } from 'kysely'
import type pg from 'pg'
import { JOB_KINDS, type Job, type JobKind, type JobOf, keyOf, LANES } from '../core/jobs.ts'
import { plusMs, SECOND, timestamp } from '../core/time.ts'
import { RejectedError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Clock, DeadJob, JobHandlers, JobOptions, JobQueue, JobWorker, Log, QueuedJob } from '../ports.ts'
import type { Database, Enqueue, Tx } from '../storage/database.ts'
import { newPool } from '../storage/postgres.ts'
import { askedToWaitMs, describeJob, MOST_ATTEMPTS, messageOf } from './backoff.ts'
import { patientPool } from './patient-pool.ts'

export interface GraphileQueueOptions {
  readonly clock: Clock
  readonly log: Log
  /** A worker that said nothing for this long is taken for dead. It beats three times in that span. */
  readonly leaseMs?: number
  /** How often to look for jobs whose time has come; new ones announce themselves. */
  readonly pollMs?: number
}

interface Payload {
  readonly job: Job
  readonly postponed: number
}

const STOP_MS = 10 * SECOND

/** Two transactions may meet between graphile-worker's look at a waiting job and its write; then it adds nothing. */
const ADD_TRIES = 5

/**
 * Jobs in graphile-worker, for Postgres and many machines. Adding one is a function call in the transaction of the caller.
 * graphile-worker frees the jobs of a dead worker after 4 hours; here every worker beats, and whoever notices silence frees
 * them after `leaseMs`.
 */
export async function graphileQueue(
  database: Database,
  { clock, log, leaseMs = 10 * SECOND, pollMs = SECOND }: GraphileQueueOptions,
): Promise<{ readonly queue: JobQueue; readonly enqueue: Enqueue }> {
  const { workspace, read } = database
  const logger = quiet(log)
  const taskOf = (kind: JobKind): string => `${workspace}:${kind}`
  const ours = JOB_KINDS.map(taskOf)
  const pools = (max: number): pg.Pool =>
    newPool(database.location, { max }, (error) => log.warn({ error: error.message }, 'connection of the queue broke'))

  await withPool(pools(1), (pgPool) => runMigrations({ pgPool, logger }))

  const enqueue: Enqueue = (tx, job, options = {}) =>
    add(tx, { job, postponed: 0 }, { ...options, key: `${workspace}/${options.key ?? keyOf(job)}` })

  const queue: JobQueue = {
    enqueue: (job, options) => database.write((tx) => enqueue(tx, job, options)),

    work: startWorker,

    async known(keys) {
      const { rows } = await sql<{ key: string }>`
        select key from graphile_worker.jobs
        where key = any(${keys.map((key) => `${workspace}/${key}`)})`.execute(read)
      return new Set(rows.map(({ key }) => key.slice(workspace.length + 1)))
    },

    async look(keys) {
      const { rows } = await sql<{
        key: string
        state: QueuedJob['state']
        at: string
        attempts: number
        error: string
      }>`
        select key, attempts, coalesce(last_error, '') as error,
          to_char(run_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
          case when locked_at is not null then 'running' when attempts >= max_attempts then 'dead' else 'waiting' end as state
        from graphile_worker.jobs
        where key = any(${keys.map((key) => `${workspace}/${key}`)})
        order by run_at`.execute(read)
      return rows.map(({ key, state, at, attempts, error }) => ({
        key: key.slice(workspace.length + 1),
        state,
        runAt: timestamp(at),
        attempts,
        error: error || undefined,
      }))
    },

    async counts() {
      const { rows } = await sql<{ ready: number; delayed: number; running: number; dead: number }>`
        select
          count(*) filter (where locked_at is null and attempts < max_attempts and run_at <= now()) as ready,
          count(*) filter (where locked_at is null and attempts < max_attempts and run_at > now()) as delayed,
          count(*) filter (where locked_at is not null) as running,
          count(*) filter (where locked_at is null and attempts >= max_attempts and key is not null) as dead
        from graphile_worker.jobs where task_identifier = any(${ours})`.execute(read)
      return rows[0]!
    },

    async dead() {
      const { rows } = await sql<{ id: string; payload: Payload; attempts: number; last_error: string | null }>`
        select jobs.id::text, stored.payload, jobs.attempts, jobs.last_error
        from graphile_worker.jobs join graphile_worker._private_jobs as stored on stored.id = jobs.id
        where jobs.task_identifier = any(${ours}) and jobs.locked_at is null
          and jobs.attempts >= jobs.max_attempts and jobs.key is not null
        order by jobs.id`.execute(read)
      return rows.map(
        ({ id, payload, attempts, last_error }): DeadJob => ({
          id,
          job: payload.job,
          attempts,
          error: last_error ?? '',
        }),
      )
    },

    async requeue(id) {
      if (!/^\d{1,18}$/.test(id)) return false
      const { rows } = await database.write((tx) =>
        sql`
          select requeued.id
          from graphile_worker.jobs,
            lateral graphile_worker.reschedule_jobs(array[jobs.id], run_at := now(), attempts := 0) as requeued
          where jobs.id = ${id} and jobs.task_identifier = any(${ours}) and jobs.locked_at is null
            and jobs.attempts >= jobs.max_attempts and jobs.key is not null`.execute(tx),
      )
      return rows.length === 1
    },
  }

  return { queue, enqueue }

  /**
   * A job of the key that waits is replaced, but keeps the earlier moment and the more urgent lane. One that runs finishes
   * and this one waits beside it, since what it looks at may have been read too early.
   */
  async function add(tx: Tx, payload: Payload, options: JobOptions & { readonly key: string }): Promise<void> {
    const { key, runAt, priority = LANES.ordinary, maxAttempts = MOST_ATTEMPTS } = options
    const due = sql`coalesce(${runAt ?? null}::timestamptz, now())`
    for (let tries = 0; tries < ADD_TRIES; tries++) {
      const { rows } = await sql<{ id: string | null; late: boolean | null }>`
        select id::text, run_at > ${due} as late
        from graphile_worker.add_job(
          ${taskOf(payload.job.kind)},
          payload := ${JSON.stringify(payload)}::json,
          run_at := ${due},
          max_attempts := ${maxAttempts}::int,
          job_key := ${key},
          job_key_mode := 'preserve_run_at',
          priority := least(
            ${priority}::int,
            (select waiting.priority from graphile_worker.jobs as waiting
              where waiting.key = ${key} and waiting.locked_at is null and waiting.attempts < waiting.max_attempts)
          )
        )`.execute(tx)
      const [added] = rows
      if (!added?.id) continue
      if (added.late)
        await sql`select graphile_worker.reschedule_jobs(array[${added.id}::bigint], run_at := ${due})`.execute(tx)
      crashPoint('queue.add-job.before-commit')
      return
    }
    throw new Error(`The job ${key} could not be added: others kept taking it.`)
  }

  async function startWorker(
    handlers: Partial<JobHandlers>,
    { concurrency = 10 }: { readonly concurrency?: number } = {},
  ): Promise<JobWorker> {
    const taskList = tasksOf(handlers)
    let engine = await startEngine(taskList, concurrency)
    let stopped = false
    const lasting = keepRunning()
    const tending = setInterval(() => void tend(engine), leaseMs * 0.3)
    await tend(engine)

    /**
     * Should graphile-worker give itself up, another takes its place; the old one beats no more, so that what it still holds
     * comes free.
     */
    async function keepRunning(): Promise<void> {
      for (;;) {
        const reason = await engine.over
        if (stopped) return
        log.error({ error: messageOf(reason) }, 'queue gave itself up, starting it again')
        engine = await startAgain()
        if (stopped) await engine.stop()
      }
    }

    async function startAgain(): Promise<Engine> {
      for (;;) {
        await sleep(pollMs)
        if (stopped) return engine
        try {
          return await startEngine(taskList, concurrency)
        } catch (error) {
          log.warn({ error: messageOf(error) }, 'queue could not be started')
        }
      }
    }

    return {
      async stop(timeoutMs = STOP_MS) {
        stopped = true
        const late = new AbortController()
        await Promise.race([
          engine.stop().then(() => lasting),
          sleep(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined),
        ])
        late.abort()
        clearInterval(tending)
        await free([engine.id]).catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, 'jobs could not be given back'),
        )
      },
    }
  }

  async function startEngine(taskList: TaskList, concurrency: number): Promise<Engine> {
    const pool = pools(Math.min(concurrency, 10) + 2)
    const events: WorkerEvents = new EventEmitter()
    const { promise: over, resolve: end } = Promise.withResolvers<unknown>()
    let id = ''
    let isOver = false
    events.once('pool:create', ({ workerPool }) => {
      id = workerPool.id
    })
    events.once('pool:gracefulShutdown', ({ message }) => {
      isOver = true
      end(message)
    })
    try {
      await pool.query('select 1')
    } catch (error) {
      await pool.end()
      throw error
    }
    const patient = patientPool(pool, () => isOver)
    const runner = await run({
      pgPool: patient.pool,
      taskList,
      events,
      logger,
      noHandleSignals: true,
      concurrency,
      pollInterval: pollMs,
    })
    const settled = runner.promise.catch((error: unknown) => error).then(end)
    const closed = over.then(async () => {
      await Promise.race([settled.then(patient.unused), sleep(STOP_MS, undefined, { ref: false })])
      await pool.end()
    })
    return {
      id,
      over,
      isOver: () => isOver,
      async stop() {
        if (!isOver) await runner.stop()
        await closed
      },
    }
  }

  function tasksOf(handlers: Partial<JobHandlers>): TaskList {
    return Object.fromEntries(
      JOB_KINDS.filter((kind) => handlers[kind] !== undefined).map((kind) => {
        const handler = handlers[kind] as (job: JobOf<JobKind>) => Promise<void>
        return [taskOf(kind), (payload, helpers) => perform(handler, payload as Payload, helpers.job)]
      }),
    )
  }

  async function perform(handler: (job: Job) => Promise<void>, payload: Payload, row: GraphileJob): Promise<void> {
    const { job, postponed } = payload
    try {
      await handler(job)
    } catch (error) {
      const details = { ...describeJob(job), jobId: row.id, attempt: row.attempts, error: messageOf(error) }
      const waitMs = askedToWaitMs(error, postponed)
      if (waitMs !== undefined) {
        await postpone({ job, postponed: postponed + 1 }, row, Math.max(waitMs, SECOND))
        return log.warn(details, 'job postponed')
      }
      if (error instanceof RejectedError) await setAside(row.id)
      const dead = error instanceof RejectedError || row.attempts >= row.max_attempts
      log[dead ? 'error' : 'warn'](details, dead ? 'job set aside' : 'job failed, will be tried again')
      throw new Error(messageOf(error), { cause: error })
    }
    crashPoint('queue.perform.before-complete')
  }

  /** Adds the job anew, for a failure would count as an attempt; the one that runs counts as done. */
  async function postpone(payload: Payload, row: GraphileJob, ms: number): Promise<void> {
    const { priority, max_attempts: maxAttempts } = row
    const key = row.key ?? `${workspace}/${keyOf(payload.job)}`
    const runAt = plusMs(clock.now(), ms)
    await database.write((tx) => add(tx, payload, { key, priority, maxAttempts, runAt }))
  }

  /** What `permanently_fail_jobs` does, which leaves running jobs alone. */
  async function setAside(id: string): Promise<void> {
    await sql`update graphile_worker._private_jobs set attempts = max_attempts where id = ${id}::bigint`.execute(read)
  }

  async function tend(engine: Engine): Promise<void> {
    try {
      if (!engine.isOver()) await beat(engine.id)
      await free(await silentWorkers())
      await dropSuperseded()
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the queue could not look after its workers')
    }
  }

  async function beat(id: string): Promise<void> {
    await read
      .insertInto('queue_workers')
      .values({ workspace_id: workspace, id, beat_at: ago(0) })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doUpdateSet({ beat_at: ago(0) }))
      .execute()
  }

  /** Workers that hold jobs and did not beat for `leaseMs`. Jobs younger than that may belong to one that just began. */
  async function silentWorkers(): Promise<readonly string[]> {
    const { rows } = await sql<{ id: string }>`
      select distinct locked_by as id from graphile_worker.jobs
      where locked_at < now() - ${leaseMs} * interval '1 millisecond'
        and locked_by not in (select id from queue_workers where beat_at >= ${ago(leaseMs)})`.execute(read)
    return rows.map(({ id }) => id)
  }

  async function free(ids: readonly string[]): Promise<void> {
    await read
      .deleteFrom('queue_workers')
      .where((is) => is.or([is('beat_at', '<', ago(6 * leaseMs)), sql<boolean>`id = any(${ids})`]))
      .execute()
    if (ids.length === 0) return
    await sql`select graphile_worker.force_unlock_workers(${ids}::text[])`.execute(read)
    log.debug({ workers: ids }, 'jobs of workers that are gone are free')
  }

  /** A failed job whose key was added again in the meantime lost its key: the newer one looks at the same row. */
  async function dropSuperseded(): Promise<void> {
    await sql`
      select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs
      where task_identifier = any(${ours}) and key is null and locked_at is null and attempts >= max_attempts
      having count(*) > 0`.execute(read)
  }
}

interface Engine {
  /** Its name in `locked_by`. */
  readonly id: string
  /** Resolves with the reason when it takes no more jobs. */
  readonly over: Promise<unknown>
  isOver(): boolean
  stop(): Promise<void>
}

/** The moment this many milliseconds ago by the clock of the server, which all machines share. */
const ago = (ms: number) =>
  sql<string>`to_char((now() - ${ms} * interval '1 millisecond') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

async function withPool(pool: pg.Pool, use: (pool: pg.Pool) => Promise<void>): Promise<void> {
  try {
    await use(pool)
  } finally {
    await pool.end()
  }
}

/** What graphile-worker says is kept apart: its lines name jobs and errors that are logged here already. */
const quiet = (log: Log): Logger =>
  new Logger(() => (level: LogLevel, said: string) => {
    const tell = level === 'warning' ? 'warn' : level === 'error' ? 'info' : 'debug'
    log[tell]({ said }, 'graphile-worker')
  })
