/** What a backup holds, each table with the columns that put its rows in a fixed order. */
export const KEPT: Readonly<Record<string, readonly string[]>> = {
  workspaces: ['id'],
  policies: ['workspace_id', 'version'],
  teams: ['workspace_id', 'id'],
  people: ['workspace_id', 'id'],
  memberships: ['workspace_id', 'team_id', 'person_id'],
  skills: ['workspace_id', 'person_id', 'skill'],
  directory_changes: ['id'],
  accounts: ['workspace_id', 'id'],
  account_domains: ['workspace_id', 'domain'],
  customers: ['workspace_id', 'id'],
  ticket_numbers: ['number'],
  tickets: ['workspace_id', 'id'],
  ticket_events: ['workspace_id', 'ticket_id', 'version'],
  messages: ['workspace_id', 'source', 'external_id'],
  message_references: ['workspace_id', 'source', 'reference', 'ticket_id'],
  raw_inputs: ['workspace_id', 'hash'],
  inbox: ['workspace_id', 'key'],
  slack_posts: ['workspace_id', 'key'],
  learning: ['workspace_id'],
  lessons: ['workspace_id', 'sequence'],
  restores: ['workspace_id', 'epoch'],
}

/**
 * What is worked out again from the rest: jobs only point at rows and are found again at the start, a checkpoint is what the
 * lessons make of the learner, and a worker that beats is not one of another life.
 */
export const LEFT_OUT: readonly string[] = ['jobs', 'queue_workers', 'checkpoints']

/** Kysely's own account of the migrations. */
export const MIGRATIONS = 'kysely_migration'
export const MIGRATION_TABLES: readonly string[] = [MIGRATIONS, 'kysely_migration_lock']
