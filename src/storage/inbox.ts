import { type Selectable, sql } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { WorkspaceId } from '../core/ids.ts'
import { plusMs, SECOND, type Timestamp } from '../core/time.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Inbox, InboxEntry, InboxKind } from '../ports.ts'
import type { Database, Tx } from './database.ts'

const MOST_FAILURES = 5
const LONGEST_ERROR = 2_000
const FORGOTTEN_AT_ONCE = 1_000

export function inboxStore(database: Database): Inbox {
  const { workspace, read, dialect } = database

  return {
    async store({ key, kind, payload, receivedAt }) {
      const stored = await database.write(async (tx) => {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('inbox')
          .values({
            workspace_id: workspace,
            key,
            kind,
            payload,
            received_at: receivedAt,
            state: 'new',
            attempts: 0,
            lease_until: null,
            finished_at: null,
            last_error: null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow()
        crashPoint('inbox.store.before-commit')
        return numInsertedOrUpdatedRows === 1n ? 'new' : 'duplicate'
      })
      crashPoint('inbox.store.after-commit')
      return stored
    },

    /** A lease counts as run out once it ended before `before`. */
    async claimUnfinished(before, leaseUntil, limit, kinds) {
      if (kinds?.length === 0) return []
      const rows = await database.write((tx) =>
        tx
          .with('due', (query) =>
            query
              .selectFrom('inbox')
              .select('key')
              .where('workspace_id', '=', workspace)
              .where('state', '=', sql.lit('new'))
              .where('received_at', '<', before)
              .$if(kinds !== undefined, (query) => query.where('kind', 'in', kinds ?? []))
              .where((is) => is.or([is('lease_until', 'is', null), is('lease_until', '<', before)]))
              .orderBy('received_at')
              .orderBy('key')
              .limit(limit)
              .$if(dialect === 'postgres', (query) => query.forUpdate().skipLocked()),
          )
          .updateTable('inbox')
          .set({ lease_until: leaseUntil })
          .where('workspace_id', '=', workspace)
          .where('key', 'in', (query) => query.selectFrom('due').select('due.key'))
          .returningAll()
          .execute(),
      )
      crashPoint('inbox.claim.after-commit')
      return rows.map(toEntry).sort(byAge)
    },

    async finish(key, at) {
      await database.write((tx) => finishOnce(tx, workspace, key, at))
      crashPoint('inbox.finish.after-commit')
    },

    /** What came in later is kept however early its work is dated, since it may be delivered again. In steps, so that others get to write. */
    async forgetFinished(before) {
      let forgotten = 0
      for (;;) {
        const { numDeletedRows } = await database.write((tx) =>
          tx
            .deleteFrom('inbox')
            .where('workspace_id', '=', workspace)
            .where('key', 'in', (query) =>
              query
                .selectFrom('inbox')
                .select('key')
                .where('workspace_id', '=', workspace)
                .where('state', '=', 'done')
                .where('finished_at', '<', before)
                .where('received_at', '<', before)
                .limit(FORGOTTEN_AT_ONCE),
            )
            .executeTakeFirstOrThrow(),
        )
        forgotten += Number(numDeletedRows)
        if (numDeletedRows < FORGOTTEN_AT_ONCE) return forgotten
      }
    },

    /** The entry rests for 10, 20, 40, 80 seconds after its failures. */
    async fail(key, error, at) {
      await database.write(async (tx) => {
        const failed = await tx
          .updateTable('inbox')
          .set({ attempts: sql`attempts + 1`, last_error: error.slice(0, LONGEST_ERROR) })
          .where('workspace_id', '=', workspace)
          .where('key', '=', key)
          .where('state', '=', 'new')
          .returning('attempts')
          .executeTakeFirst()
        if (!failed) return
        const { attempts } = failed
        await tx
          .updateTable('inbox')
          .set({
            state: attempts >= MOST_FAILURES ? 'set_aside' : 'new',
            lease_until: plusMs(at, 5 * SECOND * 2 ** attempts),
          })
          .where('workspace_id', '=', workspace)
          .where('key', '=', key)
          .execute()
      })
    },

    async setAside() {
      const rows = await read
        .selectFrom('inbox')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('state', '=', 'set_aside')
        .orderBy('received_at')
        .execute()
      return rows.map((row) => ({ ...toEntry(row), error: row.last_error ?? '' }))
    },
  }
}

/** Marks an entry done in the transaction of its effect. False when it was done before: then nothing may happen again. */
export async function finishOnce(tx: Tx, workspace: WorkspaceId, key: string, at: Timestamp): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('inbox')
    .set({ state: 'done', finished_at: at, lease_until: null })
    .where('workspace_id', '=', workspace)
    .where('key', '=', key)
    .where('state', '<>', 'done')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

const toEntry = ({ key, kind, payload, received_at }: Selectable<Schema['inbox']>): InboxEntry => ({
  key,
  kind: kind as InboxKind,
  payload,
  receivedAt: received_at as Timestamp,
})

const byAge = (a: InboxEntry, b: InboxEntry): number =>
  a.receivedAt < b.receivedAt || (a.receivedAt === b.receivedAt && a.key < b.key) ? -1 : 1
