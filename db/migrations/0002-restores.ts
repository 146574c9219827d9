import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Each time a backup was put back: until it is reconciled, Slack knows more than the tables. */
export const restores = (): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('restores')
      .addColumn('workspace_id', 'text', (column) => column.notNull())
      .addColumn('epoch', 'integer', (column) => column.notNull())
      .addColumn('backup_made_at', 'text', (column) => column.notNull())
      .addColumn('restored_at', 'text', (column) => column.notNull())
      .addColumn('reconciled_at', 'text')
      .addPrimaryKeyConstraint('restores_pk', ['workspace_id', 'epoch'])
      .execute()
  },
})
