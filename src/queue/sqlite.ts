import { randomUUID } from 'node:crypto'
import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { JOB_KINDS, type Job, type JobKind, type JobOf, keyOf, LANES } from '../core/jobs.ts'
import { plusMs, SECOND, type Timestamp } from '../core/time.ts'
import { RejectedError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Clock, DeadJob, JobHandlers, JobQueue, JobWorker, Log } from '../ports.ts'
import type { Database, Enqueue, Tx } from '../storage/database.ts'
import { askedToWaitMs, backoffMs, describeJob, MOST_ATTEMPTS, messageOf } from './backoff.ts'

export interface SqliteQueueOptions {
  readonly clock: Clock
  readonly log: Log
  /** A worker that said nothing for this long is taken for dead. Renewed three times in that span. */
  readonly leaseMs?: number
  /** How often to look for jobs whose time has come. */
  readonly pollMs?: number
}

type Row = Selectable<Schema['jobs']>

const STOP_MS = 10 * SECOND

/**
 * Jobs in a table of the embedded database. Several processes may work one file. A job is leased, not taken: when its
 * worker dies it is free again, and what a worker thought dead says later is refused by its fence.
 */
export function sqliteQueue(
  database: Database,
  { clock, log, leaseMs = 10 * SECOND, pollMs = 250 }: SqliteQueueOptions,
): { readonly queue: JobQueue; readonly enqueue: Enqueue } {
  const { workspace, read } = database

  const enqueue: Enqueue = async (tx, job, options = {}) => {
    const row = {
      workspace_id: workspace,
      id: randomUUID(),
      kind: job.kind,
      payload: JSON.stringify(job),
      key: options.key ?? keyOf(job),
      priority: options.priority ?? LANES.ordinary,
      run_at: options.runAt ?? clock.now(),
      state: 'ready',
      attempts: 0,
      postponed: 0,
      max_attempts: options.maxAttempts ?? MOST_ATTEMPTS,
      fence: 0,
      worker: null,
      lease_until: null,
      last_error: null,
    }
    await tx
      .insertInto('jobs')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['workspace_id', 'key']).where('state', '<>', sql.lit('running')).doUpdateSet({
          payload: row.payload,
          run_at: sql<string>`case when jobs.state = 'ready' and jobs.attempts = 0 then min(jobs.run_at, excluded.run_at) else excluded.run_at end`,
          priority: sql<number>`case when jobs.state = 'ready' then min(jobs.priority, excluded.priority) else excluded.priority end`,
          state: 'ready',
          attempts: 0,
          postponed: 0,
          max_attempts: row.max_attempts,
          last_error: null,
        }),
      )
      .execute()
    crashPoint('queue.enqueue.before-commit')
  }

  const queue: JobQueue = {
    enqueue: (job, options) => database.write((tx) => enqueue(tx, job, options)),

    work(handlers, { concurrency = 16 } = {}) {
      return Promise.resolve(startWorker(handlers, concurrency))
    },

    async known(keys) {
      const rows = await read
        .selectFrom('jobs')
        .select('key')
        .where('workspace_id', '=', workspace)
        .where('key', 'in', sql<string>`(select value from json_each(${JSON.stringify(keys)}))`)
        .execute()
      return new Set(rows.map(({ key }) => key))
    },

    async look(keys) {
      const rows = await read
        .selectFrom('jobs')
        .select(['key', 'state', 'run_at', 'attempts', 'last_error'])
        .where('workspace_id', '=', workspace)
        .where('key', 'in', sql<string>`(select value from json_each(${JSON.stringify(keys)}))`)
        .orderBy('run_at')
        .execute()
      return rows.map(({ key, state, run_at, attempts, last_error }) => ({
        key,
        state: state === 'ready' ? 'waiting' : (state as 'running' | 'dead'),
        runAt: run_at as Timestamp,
        attempts,
        error: last_error ?? undefined,
      }))
    },

    async counts() {
      const now = clock.now()
      const rows = await read
        .selectFrom('jobs')
        .select([
          'state',
          sql<number>`count(*)`.as('all'),
          sql<number>`sum(case when run_at > ${now} then 1 else 0 end)`.as('later'),
        ])
        .where('workspace_id', '=', workspace)
        .groupBy('state')
        .execute()
      const of = (state: string) => rows.find((row) => row.state === state) ?? { all: 0, later: 0 }
      const ready = of('ready')
      return {
        ready: ready.all - ready.later,
        delayed: ready.later,
        running: of('running').all,
        dead: of('dead').all,
      }
    },

    async dead() {
      const rows = await read
        .selectFrom('jobs')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('state', '=', 'dead')
        .orderBy('run_at')
        .execute()
      return rows.map(toDeadJob)
    },

    async requeue(id) {
      const { numUpdatedRows } = await database.write((tx) =>
        tx
          .updateTable('jobs')
          .set({ state: 'ready', attempts: 0, postponed: 0, run_at: clock.now(), last_error: null })
          .where('workspace_id', '=', workspace)
          .where('id', '=', id)
          .where('state', '=', 'dead')
          .executeTakeFirstOrThrow(),
      )
      return numUpdatedRows === 1n
    },
  }

  return { queue, enqueue }

  function startWorker(handlers: Partial<JobHandlers>, concurrency: number): JobWorker {
    const kinds = JOB_KINDS.filter((kind) => handlers[kind] !== undefined)
    const worker = randomUUID()
    const running = new Map<string, Promise<void>>()
    let busy = 0
    let stopped = false
    let looking = false
    let again = false

    async function look(): Promise<void> {
      if (looking) {
        again = true
        return
      }
      looking = true
      try {
        do again = false
        while ((await claimSome()) || again)
      } catch (error) {
        log.error({ error: messageOf(error) }, 'jobs could not be claimed')
      } finally {
        looking = false
      }
    }

    async function claimSome(): Promise<boolean> {
      if (stopped || busy >= concurrency || !(await somethingIsDue(kinds))) return false
      const claimed = await claim(worker, kinds, concurrency - busy)
      crashPoint('queue.claim.after-commit')
      for (const row of claimed) start(row)
      return claimed.length > 0
    }

    function start(row: Row): void {
      busy += 1
      const job = JSON.parse(row.payload) as Job
      const work = run(handlers, job)
        .then(
          () => ({ failed: false }) as const,
          (error: unknown) => ({ failed: true, error }) as const,
        )
        .then(async (result) => {
          busy -= 1 // the next claim may share a commit with this result
          void look()
          if (result.failed) await fail(row, job, result.error)
          else await complete(row)
        })
        .catch((error: unknown) => log.error({ jobId: row.id, error: messageOf(error) }, 'job result was not stored'))
        .finally(() => running.delete(`${row.id}/${row.fence}`))
      running.set(`${row.id}/${row.fence}`, work)
    }

    async function complete(row: Row): Promise<void> {
      const held = await database.write((tx) => {
        crashPoint('queue.complete.before-commit')
        return release(tx, row)
      })
      crashPoint('queue.complete.after-commit')
      if (!held) log.warn({ jobId: row.id, kind: row.kind }, 'late result of a job that was given to somebody else')
    }

    async function fail(row: Row, job: Job, error: unknown): Promise<void> {
      const message = messageOf(error)
      const waitMs = askedToWaitMs(error, row.postponed)
      const next = afterFailure(row, error, waitMs)
      const held = await database.write((tx) => putBack(tx, row, { ...next, last_error: message }))
      crashPoint('queue.fail.after-commit')
      const details = { ...describeJob(job), jobId: row.id, attempt: row.attempts, error: message }
      if (!held) log.warn(details, 'late failure of a job that was given to somebody else')
      else if (next.state === 'dead') log.error(details, 'job set aside')
      else log.warn({ ...details, runAt: next.run_at }, 'job failed, will be tried again')
    }

    function afterFailure(row: Row, error: unknown, waitMs: number | undefined) {
      const now = clock.now()
      if (error instanceof RejectedError) return { state: 'dead', run_at: now }
      if (waitMs !== undefined) {
        const patience = { attempts: row.attempts - 1, postponed: row.postponed + 1 }
        return { state: 'ready', run_at: plusMs(now, Math.max(waitMs, SECOND)), ...patience }
      }
      if (row.attempts >= row.max_attempts) return { state: 'dead', run_at: now }
      return { state: 'ready', run_at: plusMs(now, backoffMs(row.attempts)) }
    }

    async function tend(): Promise<void> {
      try {
        if (running.size > 0) await renew(worker)
        await freeAbandoned()
      } catch (error) {
        log.error({ error: messageOf(error) }, 'leases could not be renewed')
      }
    }

    database.onCommit(() => void look())
    const poll = setInterval(() => void look(), pollMs)
    const tending = setInterval(() => void tend(), leaseMs * 0.3)
    void tend().then(look)

    return {
      async stop(timeoutMs = STOP_MS) {
        stopped = true
        clearInterval(poll)
        const inTime = await settledWithin(() => [...running.values()], timeoutMs)
        clearInterval(tending)
        if (!inTime) await giveBack(worker)
      },
    }
  }

  async function somethingIsDue(kinds: readonly JobKind[]): Promise<boolean> {
    const row = await read
      .selectFrom('jobs')
      .select('id')
      .where(isDue(kinds))
      .orderBy('priority')
      .orderBy('run_at')
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** Of these kinds, due, and no job of the same key is running. */
  function isDue(kinds: readonly JobKind[]) {
    return (is: ExpressionBuilder<Schema, 'jobs'>) =>
      is.and([
        is('workspace_id', '=', workspace),
        is('kind', 'in', kinds),
        is('state', '=', sql.lit('ready')),
        is('run_at', '<=', clock.now()),
        is.not(
          is.exists(
            is
              .selectFrom('jobs as other')
              .select('other.id')
              .where('other.workspace_id', '=', workspace)
              .whereRef('other.key', '=', 'jobs.key')
              .where('other.state', '=', sql.lit('running')),
          ),
        ),
      ])
  }

  async function claim(worker: string, kinds: readonly JobKind[], limit: number): Promise<readonly Row[]> {
    const rows = await database.write(async (tx) => {
      const claimed = await tx
        .updateTable('jobs')
        .set({
          state: 'running',
          worker,
          fence: sql`fence + 1`,
          attempts: sql`attempts + 1`,
          lease_until: plusMs(clock.now(), leaseMs),
        })
        .where('workspace_id', '=', workspace)
        .where('id', 'in', (query) =>
          query.selectFrom('jobs').select('id').where(isDue(kinds)).orderBy('priority').orderBy('run_at').limit(limit),
        )
        .returningAll()
        .execute()
      crashPoint('queue.claim.before-commit')
      return claimed
    })
    return rows.sort((a, b) => a.priority - b.priority || (a.run_at < b.run_at ? -1 : 1))
  }

  /** Deletes a finished job; false when it is no longer ours. */
  async function release(tx: Tx, { id, fence }: Row): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom('jobs')
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .where('fence', '=', fence)
      .where('state', '=', 'running')
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  }

  /** Frees a job; one whose key waits again meanwhile is dropped, for the other one looks at the same row. */
  async function putBack(tx: Tx, row: Row, next: Partial<Row>): Promise<boolean> {
    const waiting = await tx
      .selectFrom('jobs')
      .select('id')
      .where('workspace_id', '=', workspace)
      .where('key', '=', row.key)
      .where('state', '<>', 'running')
      .executeTakeFirst()
    if (waiting) return release(tx, row)
    const { numUpdatedRows } = await tx
      .updateTable('jobs')
      .set({ ...next, worker: null, lease_until: null })
      .where('workspace_id', '=', workspace)
      .where('id', '=', row.id)
      .where('fence', '=', row.fence)
      .where('state', '=', 'running')
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  }

  async function renew(worker: string): Promise<void> {
    await database.write((tx) =>
      tx
        .updateTable('jobs')
        .set({ lease_until: plusMs(clock.now(), leaseMs) })
        .where('workspace_id', '=', workspace)
        .where('state', '=', sql.lit('running'))
        .where('worker', '=', worker)
        .execute(),
    )
  }

  /** Jobs of workers that went silent. One that killed its worker every time is set aside. */
  async function freeAbandoned(): Promise<void> {
    if ((await abandoned(read)).length === 0) return
    const freed = await database.write(async (tx) => {
      const rows = await abandoned(tx)
      for (const row of rows) {
        const state = row.attempts >= row.max_attempts ? 'dead' : 'ready'
        await putBack(tx, row, { state, fence: row.fence + 1, last_error: 'The worker that had it went silent.' })
      }
      return rows
    })
    for (const { id: jobId, kind, attempts } of freed)
      log.warn({ jobId, kind, attempt: attempts }, 'job freed, its worker went silent')
  }

  function abandoned(db: Tx): Promise<Row[]> {
    return db
      .selectFrom('jobs')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('state', '=', sql.lit('running'))
      .where('lease_until', '<', clock.now())
      .execute()
  }

  async function giveBack(worker: string): Promise<void> {
    await database.write(async (tx) => {
      const rows = await tx
        .selectFrom('jobs')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('state', '=', 'running')
        .where('worker', '=', worker)
        .execute()
      for (const row of rows)
        await putBack(tx, row, { state: 'ready', fence: row.fence + 1, attempts: row.attempts - 1 })
    })
  }
}

async function run(handlers: Partial<JobHandlers>, job: Job): Promise<void> {
  const handler = handlers[job.kind] as (job: JobOf<JobKind>) => Promise<void>
  await handler(job)
}

/** Whether everything that runs, and what it starts meanwhile, ended in time. */
async function settledWithin(running: () => readonly Promise<void>[], timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  const settled = (async () => {
    while (running().length > 0) await Promise.all(running())
    return true
  })()
  const inTime = await Promise.race([settled, late])
  clearTimeout(timer)
  return inTime
}

const toDeadJob = ({ id, payload, attempts, last_error }: Row): DeadJob => ({
  id,
  job: JSON.parse(payload) as Job,
  attempts,
  error: last_error ?? '',
})
