import { sql } from 'kysely'
import { type Timestamp, timestamp } from '../core/time.ts'
import type { Database } from '../storage/database.ts'

/** Since when the oldest job that could run has been waiting. */
export async function oldestReady(database: Database, now: Timestamp): Promise<Timestamp | undefined> {
  const { read, workspace, dialect } = database
  if (dialect === 'sqlite') {
    const { oldest } = await read
      .selectFrom('jobs')
      .select(({ fn }) => fn.min('run_at').as('oldest'))
      .where('workspace_id', '=', workspace)
      .where('state', '=', 'ready')
      .where('run_at', '<=', now)
      .executeTakeFirstOrThrow()
    return (oldest as Timestamp | null) ?? undefined
  }
  const { rows } = await sql<{ oldest: Date | null }>`
    select min(run_at) as oldest from graphile_worker.jobs
    where locked_at is null and attempts < max_attempts and run_at <= now()
      and split_part(task_identifier, ':', 1) = ${workspace}`.execute(read)
  const oldest = rows[0]?.oldest
  return oldest ? timestamp(oldest.toISOString()) : undefined
}
