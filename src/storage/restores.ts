import { sql } from 'kysely'
import type { Timestamp } from '../core/time.ts'
import type { RestoreStore } from '../ports.ts'
import type { Database, Enqueue } from './database.ts'

const AT_ONCE = 500

/** What became of restored backups, and what the comparison with Slack needs of the posts. */
export function restoreStore({ read, write, workspace }: Database, enqueue: Enqueue): RestoreStore {
  const newest = () =>
    read
      .selectFrom('restores')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst()

  return {
    async pending() {
      const row = await newest()
      if (!row || row.reconciled_at !== null) return undefined
      return { epoch: row.epoch, backupMadeAt: row.backup_made_at as Timestamp }
    },

    async reconciled(epoch, at) {
      await write((tx) =>
        tx
          .updateTable('restores')
          .set({ reconciled_at: at })
          .where('workspace_id', '=', workspace)
          .where('epoch', '<=', epoch)
          .where('reconciled_at', 'is', null)
          .execute(),
      )
    },

    async cardChannels() {
      const rows = await read
        .selectFrom('slack_posts')
        .select('target')
        .distinct()
        .where('workspace_id', '=', workspace)
        .where('kind', '=', 'card')
        .execute()
      return rows.map(({ target }) => target)
    },

    async shownOpen() {
      const rows = await read
        .selectFrom('slack_posts as post')
        .innerJoin('tickets as ticket', (join) =>
          join.onRef('ticket.workspace_id', '=', 'post.workspace_id').onRef('ticket.id', '=', 'post.ticket_id'),
        )
        .select('post.key')
        .where('post.workspace_id', '=', workspace)
        .where('post.state', '=', 'posted')
        .where('ticket.status', '<>', sql.lit('resolved'))
        .execute()
      return rows.map(({ key }) => key)
    },

    async redraw(keys) {
      for (let from = 0; from < keys.length; from += AT_ONCE) {
        const some = keys.slice(from, from + AT_ONCE)
        await write(async (tx) => {
          await tx
            .updateTable('slack_posts')
            .set({ sent_version: null })
            .where('workspace_id', '=', workspace)
            .where('state', '=', 'posted')
            .where('key', 'in', some)
            .execute()
          for (const postKey of some) await enqueue(tx, { kind: 'deliver', postKey })
        })
      }
    },
  }
}
