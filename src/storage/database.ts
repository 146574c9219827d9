import type { Kysely } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { WorkspaceId } from '../core/ids.ts'
import type { Job } from '../core/jobs.ts'
import type { JobOptions } from '../ports.ts'

/** What a unit of work writes with. Valid only until that work returns. */
export type Tx = Kysely<Schema>

/** Adds a job in the transaction of the caller: both happen or neither does. */
export type Enqueue = (tx: Tx, job: Job, options?: JobOptions) => Promise<void>

export interface Database {
  readonly dialect: 'sqlite' | 'postgres'
  readonly workspace: WorkspaceId
  /** The file's path, or the address with its password: never log it. */
  readonly location: string
  /** Plain reads, each statement on its own. */
  readonly read: Kysely<Schema>
  /**
   * Runs `work` as one transaction and resolves when its result is on disk. `work` must write first, and await nothing but
   * the database: on SQLite everybody else waits for it. It may run a second time after a deadlock on Postgres.
   * UnavailableError when the database cannot take it now (disk full, locked, server gone).
   */
  readonly write: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Calls `listener` after each commit of this process. */
  readonly onCommit: (listener: () => void) => void
  /** Waits for the writes that were asked for. */
  readonly close: () => Promise<void>
}

export interface DatabaseOptions {
  /** The workspace whose rows this process sees; 'default' when left out. */
  readonly workspace?: WorkspaceId
  /** SQLite: how long a write waits for others to share its commit with, in milliseconds. */
  readonly groupCommitMs?: number
  /** Postgres: connections at most. */
  readonly connections?: number
  /** Postgres: how long a write waits for a connection before it is refused, in milliseconds; 2,000 when left out. */
  readonly connectionWaitMs?: number
  /** Told when a connection breaks while nobody uses it. */
  readonly onConnectionError?: (error: Error) => void
}
