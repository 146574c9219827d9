import type { Clock, JobQueue, Log } from '../ports.ts'
import type { Database, Enqueue } from '../storage/database.ts'
import { graphileQueue } from './graphile.ts'
import { sqliteQueue } from './sqlite.ts'

export interface QueueOptions {
  readonly clock: Clock
  readonly log: Log
  /** How long a worker may say nothing before its jobs are given to others; 10 s when left out. */
  readonly leaseMs?: number
  /** How often to look for jobs whose time has come. */
  readonly pollMs?: number
}

/** The job engine that goes with the database: a table of its own on SQLite, graphile-worker on Postgres. */
export async function jobEngine(
  database: Database,
  options: QueueOptions,
): Promise<{ readonly queue: JobQueue; readonly enqueue: Enqueue }> {
  return database.dialect === 'sqlite' ? sqliteQueue(database, options) : await graphileQueue(database, options)
}
