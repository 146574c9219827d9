import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { type PersonId, personId, teamId } from '../core/ids.ts'
import type { Agent, Person, SkillLevel, Team } from '../core/person.ts'
import type { Timestamp } from '../core/time.ts'
import type { WorkingHours } from '../core/working-hours.ts'
import type { Directory } from '../ports.ts'
import type { Database } from './database.ts'

/** People and teams as the policy file and later changes made them; load and record are counted, never kept. */
export function directory({ read, write, workspace }: Database): Directory {
  async function people(): Promise<readonly Person[]> {
    const [rows, skills, memberships] = await Promise.all([
      read
        .selectFrom('people')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('active', '=', 1)
        .orderBy('id')
        .execute(),
      read.selectFrom('skills').selectAll().where('workspace_id', '=', workspace).orderBy('skill').execute(),
      read.selectFrom('memberships').selectAll().where('workspace_id', '=', workspace).orderBy('team_id').execute(),
    ])
    return rows.map((row) => toPerson(row, skills, memberships))
  }

  async function changeSkill(
    person: PersonId,
    skill: string,
    level: SkillLevel | undefined,
    by: PersonId,
    at: Timestamp,
  ) {
    return write(async (tx) => {
      const change = { workspace_id: workspace, person_id: person, change: `skill ${skill}`, at, by }
      const logged = await tx
        .insertInto('directory_changes')
        .values({ ...change, before: null, after: level === undefined ? null : String(level) })
        .returning('id')
        .executeTakeFirstOrThrow()
      const mine = { workspace_id: workspace, person_id: person, skill }
      const held = await tx
        .selectFrom('skills')
        .select('level')
        .where((where) => where.and(mine))
        .executeTakeFirst()
      if (level === undefined)
        await tx
          .deleteFrom('skills')
          .where((where) => where.and(mine))
          .execute()
      else
        await tx
          .insertInto('skills')
          .values({ ...mine, level })
          .onConflict((conflict) => conflict.columns(['workspace_id', 'person_id', 'skill']).doUpdateSet({ level }))
          .execute()
      await tx
        .updateTable('directory_changes')
        .set({ before: held ? String(held.level) : null })
        .where('id', '=', logged.id)
        .execute()
      return held?.level as SkillLevel | undefined
    })
  }

  return {
    people,

    async agents() {
      const [everyone, open, record, full] = await Promise.all([
        people(),
        read
          .selectFrom('tickets')
          .select(({ fn }) => ['assignee', fn.countAll<number>().as('open')])
          .where('workspace_id', '=', workspace)
          .where('status', '!=', 'resolved')
          .where('assignee', 'is not', null)
          .groupBy('assignee')
          .execute(),
        read
          .selectFrom('lessons')
          .select(({ fn }) => [
            'person_id',
            'topic',
            fn.sum<number>('right').as('right'),
            fn.countAll<number>().as('all'),
          ])
          .where('workspace_id', '=', workspace)
          .where('part', '=', 'record')
          .where('state', '=', 'active')
          .groupBy(['person_id', 'topic'])
          .execute(),
        read
          .selectFrom('lessons')
          .select(({ fn }) => ['person_id', fn.max('at').as('at')])
          .where('workspace_id', '=', workspace)
          .where('part', '=', 'capacity')
          .where('state', '=', 'active')
          .groupBy('person_id')
          .execute(),
      ])
      return everyone.map(
        (person): Agent => ({
          ...person,
          openTickets: open.find(({ assignee }) => assignee === person.id)?.open ?? 0,
          record: Object.fromEntries(
            record
              .filter(({ person_id }) => person_id === person.id)
              .map(({ topic, right, all }) => [topic ?? '', { right, wrong: all - right }]),
          ),
          saidFullAt: full.find(({ person_id }) => person_id === person.id)?.at as Timestamp | undefined,
        }),
      )
    },

    async person(id) {
      return (await people()).find((person) => person.id === id)
    },

    async bySlackUser(slackUser) {
      return (await people()).find((person) => person.slackUser === slackUser)
    },

    async teams() {
      const rows = await read
        .selectFrom('teams')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .orderBy('id')
        .execute()
      return rows.map(toTeam)
    },

    async team(id) {
      const row = await read
        .selectFrom('teams')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toTeam(row)
    },

    setSkill: (person, skill, level, by, at) => changeSkill(person, skill, level, by, at),
    removeSkill: (person, skill, by, at) => changeSkill(person, skill, undefined, by, at),
  }
}

function toPerson(
  row: Selectable<Schema['people']>,
  skills: readonly Selectable<Schema['skills']>[],
  memberships: readonly Selectable<Schema['memberships']>[],
): Person {
  return {
    id: personId(row.id),
    name: row.name,
    email: row.email,
    slackUser: row.slack_user,
    role: row.role as Person['role'],
    teams: memberships.filter(({ person_id }) => person_id === row.id).map(({ team_id }) => teamId(team_id)),
    skills: Object.fromEntries(
      skills.filter(({ person_id }) => person_id === row.id).map(({ skill, level }) => [skill, level as SkillLevel]),
    ),
    capacity: row.capacity,
    timeZone: row.time_zone,
    hours: JSON.parse(row.hours) as WorkingHours,
    awayUntil: (row.away_until as Timestamp | null) ?? undefined,
  }
}

const toTeam = (row: Selectable<Schema['teams']>): Team => ({
  id: teamId(row.id),
  name: row.name,
  channel: row.channel,
  lead: row.lead === null ? undefined : personId(row.lead),
  onCall: (JSON.parse(row.on_call) as string[]).map(personId),
})
