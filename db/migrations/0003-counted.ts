import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What was given up is few among many, and is counted each time somebody asks for metrics. */
export const counted = (): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('slack_posts_dead')
      .on('slack_posts')
      .columns(['workspace_id', 'intent_at'])
      .where(sql<boolean>`state = 'dead'`)
      .execute()
    await db.schema
      .createIndex('inbox_set_aside')
      .on('inbox')
      .columns(['workspace_id', 'received_at'])
      .where(sql<boolean>`state = 'set_aside'`)
      .execute()
  },
})
