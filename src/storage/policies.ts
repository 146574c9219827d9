import { sql } from 'kysely'
import type { Policy } from '../core/policy.ts'
import type { PolicyStore } from '../ports.ts'
import { saveAccounts } from './accounts.ts'
import type { Database, Tx } from './database.ts'
import { type PolicyContents, type RuleCheck, readPolicyDocument } from './policy-document.ts'

/**
 * Versions of the policy. People, teams and skills are laid out in tables from it; skills changed from Slack live in those
 * tables only, so they hold until the next import, which replaces them by what its file says.
 */
export function policyStore({ read, write, workspace }: Database, ruleFaults?: RuleCheck): PolicyStore {
  let known: Policy | undefined

  return {
    async current() {
      const newest = await read
        .selectFrom('policies')
        .select(({ fn }) => fn.max('version').as('version'))
        .where('workspace_id', '=', workspace)
        .executeTakeFirst()
      if (!newest?.version) return undefined
      if (known?.version === newest.version) return known
      const { version, document } = await read
        .selectFrom('policies')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('version', '=', newest.version)
        .executeTakeFirstOrThrow()
      known = { ...readPolicyDocument(document).policy, version }
      return known
    },

    async document() {
      const row = await read
        .selectFrom('policies')
        .select('document')
        .where('workspace_id', '=', workspace)
        .orderBy('version', 'desc')
        .executeTakeFirst()
      return row?.document
    },

    async importDocument(yaml, { author, reason, at }) {
      const contents = readPolicyDocument(yaml, ruleFaults)
      const version = await write(async (tx) => {
        // One import at a time: whoever holds the workspace's row is next to number a version and lay it out.
        await tx
          .updateTable('workspaces')
          .set((row) => ({ name: row.ref('name') }))
          .where('id', '=', workspace)
          .execute()
        const next = sql<number>`(select coalesce(max(version), 0) + 1 from policies where workspace_id = ${workspace})`
        const inserted = await tx
          .insertInto('policies')
          .values({ workspace_id: workspace, version: next, document: yaml, author, reason, created_at: at })
          .returning('version')
          .executeTakeFirstOrThrow()
        await layOut(tx, workspace, contents)
        return inserted.version
      })
      known = { ...contents.policy, version }
      return known
    },
  }
}

async function layOut(
  tx: Tx,
  workspace: string,
  { teams, people, accounts, customers }: PolicyContents,
): Promise<void> {
  const mine = { workspace_id: workspace }
  for (const table of ['teams', 'memberships', 'skills'] as const) {
    await tx.deleteFrom(table).where('workspace_id', '=', workspace).execute()
  }
  // Gives up every Slack user first, so that two people may swap theirs and a newcomer may have a leaver's.
  await tx
    .updateTable('people')
    .set({ active: 0, slack_user: sql<string>`'left:' || id` })
    .where('workspace_id', '=', workspace)
    .execute()

  for (const { id, name, channel, lead, onCall } of teams) {
    const row = { ...mine, id, name, channel, lead: lead ?? null, on_call: JSON.stringify(onCall) }
    await tx.insertInto('teams').values(row).execute()
  }
  for (const person of people) {
    const { id, name, email, slackUser, role, capacity, timeZone, hours } = person
    const said = {
      name,
      email,
      slack_user: slackUser,
      role,
      capacity,
      time_zone: timeZone,
      hours: JSON.stringify(hours),
      active: 1,
    }
    await tx
      .insertInto('people')
      .values({ ...mine, id, ...said, away_until: null })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doUpdateSet(said))
      .execute()
    for (const team of person.teams)
      await tx
        .insertInto('memberships')
        .values({ ...mine, team_id: team, person_id: id })
        .execute()
    for (const [skill, level] of Object.entries(person.skills)) {
      await tx
        .insertInto('skills')
        .values({ ...mine, person_id: id, skill, level })
        .execute()
    }
  }
  await saveAccounts(tx, workspace, accounts, customers)
}
