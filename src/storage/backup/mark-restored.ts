import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../../../db/migrations/dialect.ts'
import type { Schema } from '../../../db/schema.ts'

/** Ticket numbers go on this much higher: those given away after the backup stand in Slack and in people's heads. */
const NUMBERS_SKIPPED = 1_000

/**
 * What is true of tables that were put back: Slack knows more than they do, so whatever was on its way may have arrived, and nobody
 * holds anything any more.
 */
export async function markRestored(
  db: Kysely<Schema>,
  dialect: Dialect,
  { madeAt, restoredAt }: { readonly madeAt: string; readonly restoredAt: string },
): Promise<void> {
  const workspaces = await db.selectFrom('workspaces').select('id').execute()
  for (const { id } of workspaces) {
    const { epoch } = await db
      .selectFrom('restores')
      .select(({ fn }) => fn.coalesce(fn.max<number>('epoch'), sql<number>`0`).as('epoch'))
      .where('workspace_id', '=', id)
      .executeTakeFirstOrThrow()
    await db
      .insertInto('restores')
      .values({
        workspace_id: id,
        epoch: epoch + 1,
        backup_made_at: madeAt,
        restored_at: restoredAt,
        reconciled_at: null,
      })
      .execute()
  }
  await db
    .updateTable('slack_posts')
    .set((is) => ({
      state: 'uncertain',
      fence: is('fence', '+', 1),
      lease_until: restoredAt,
      ambiguous_at: restoredAt,
      not_before: null,
      sweeps: 0,
      last_error: 'a backup was restored',
    }))
    .where('state', 'in', ['pending', 'sending', 'uncertain'])
    .execute()
  await db.updateTable('slack_posts').set({ ambiguous_at: restoredAt, sweeps: 0 }).where('state', '=', 'dead').execute()
  await db.updateTable('inbox').set({ lease_until: null }).where('state', '=', 'new').execute()
  await skipNumbers(db, dialect)
}

async function skipNumbers(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  if (dialect === 'sqlite') {
    await sql`update sqlite_sequence set seq = seq + ${NUMBERS_SKIPPED} where name = 'ticket_numbers'`.execute(db)
    return
  }
  await sql`
    select setval(pg_get_serial_sequence('ticket_numbers', 'number'), max(number) + ${NUMBERS_SKIPPED}::int)
    from ticket_numbers having count(*) > 0`.execute(db)
  await sql`
    select setval(pg_get_serial_sequence('directory_changes', 'id'), max(id))
    from directory_changes having count(*) > 0`.execute(db)
}
