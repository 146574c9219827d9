import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Dialect } from '../../db/migrations/dialect.ts'
import { migrations } from '../../db/migrations/index.ts'
import type { Schema } from '../../db/schema.ts'
import type { WorkspaceId } from '../core/ids.ts'
import { ConfigError } from '../errors.ts'

/** Runs the migrations that are missing. Throws a ConfigError when the tables were written by a newer Waybill. */
export async function migrate(
  db: Kysely<Schema>,
  dialect: Dialect,
  applied: readonly string[],
  name: string,
): Promise<void> {
  const known = migrations(dialect)
  const unknown = applied.filter((migration) => !(migration in known))
  if (unknown.length > 0)
    throw new ConfigError(
      `${name} was written by a newer Waybill (it has "${unknown.join('", "')}"). Start that version, or restore a backup made before the upgrade.`,
    )
  if (Object.keys(known).length === applied.length) return
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(known) },
  }).migrateToLatest()
  if (error) throw new Error(`The tables of ${name} could not be brought up to date.`, { cause: error })
}

export async function addWorkspace(db: Kysely<Schema>, workspace: WorkspaceId): Promise<void> {
  await db
    .insertInto('workspaces')
    .values({ id: workspace, name: workspace, created_at: new Date().toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await db
    .insertInto('learning')
    .values({ workspace_id: workspace, sequence: 0, generation: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
