import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { ticketId } from '../core/ids.ts'
import type { Lesson, LoggedLesson, Teaching } from '../core/lesson.ts'
import type { Timestamp } from '../core/time.ts'
import type { LessonStore } from '../ports.ts'
import type { Database, Tx } from './database.ts'

/** The ordered log of what clicks taught. Every change takes the workspace's `learning` row first, so the log has one writer. */
export function lessonStore({ read, write, workspace }: Database): LessonStore {
  const here = { workspace_id: workspace }

  const takeTurn = (tx: Tx) =>
    tx
      .updateTable('learning')
      .set((row) => ({ sequence: row.ref('sequence') }))
      .where('workspace_id', '=', workspace)
      .returning(['sequence', 'generation'])
      .executeTakeFirstOrThrow()

  /** Changes what the log says about the past: whoever follows it must start again. */
  async function restate(
    tx: Tx,
    ofSequence: readonly number[],
    state: 'active' | 'untaught' | 'forgotten',
  ): Promise<void> {
    if (ofSequence.length === 0) return
    await tx
      .updateTable('lessons')
      .set({ state })
      .where('workspace_id', '=', workspace)
      .where('sequence', 'in', ofSequence)
      .execute()
    await tx
      .updateTable('learning')
      .set(({ eb }) => ({ generation: eb('generation', '+', 1) }))
      .where('workspace_id', '=', workspace)
      .execute()
  }

  return {
    state: () =>
      read
        .selectFrom('learning')
        .select(['sequence', 'generation'])
        .where('workspace_id', '=', workspace)
        .executeTakeFirstOrThrow(),

    async reconcile(ticket, taught) {
      return write(async (tx) => {
        const { sequence } = await takeTurn(tx)
        const logged = await tx
          .selectFrom('lessons')
          .select(['sequence', 'event_version', 'part', 'state'])
          .where((where) => where.and({ ...here, ticket_id: ticket }))
          .execute()
        const isSame = (lesson: Lesson) => (row: (typeof logged)[number]) =>
          row.event_version === lesson.eventVersion && row.part === lesson.teaching.part

        const fresh = taught.filter((lesson) => !logged.some(isSame(lesson)))
        for (const [index, lesson] of fresh.entries()) {
          await tx
            .insertInto('lessons')
            .values(toRow(lesson, workspace, sequence + index + 1))
            .execute()
        }
        if (fresh.length > 0) {
          await tx
            .updateTable('learning')
            .set({ sequence: sequence + fresh.length })
            .where('workspace_id', '=', workspace)
            .execute()
        }
        const untaught = logged.filter((row) => row.state === 'active' && !taught.some((lesson) => isSame(lesson)(row)))
        await restate(
          tx,
          untaught.map(({ sequence }) => sequence),
          'untaught',
        )
        // A reader of an older history may have silenced it; what somebody forgot by hand stays forgotten.
        const again = logged.filter((row) => row.state === 'untaught' && taught.some((lesson) => isSame(lesson)(row)))
        await restate(
          tx,
          again.map(({ sequence }) => sequence),
          'active',
        )
        return { added: fresh.length + again.length, forgotten: untaught.length }
      })
    },

    async after(sequence) {
      const rows = await read
        .selectFrom('lessons')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('state', '=', 'active')
        .where('sequence', '>', sequence)
        .orderBy('sequence')
        .execute()
      return rows.map(toLesson)
    },

    async list(limit) {
      const rows = await read
        .selectFrom('lessons')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toLesson)
    },

    async forget(ticket, eventVersion) {
      return write(async (tx) => {
        await takeTurn(tx)
        const rows = await tx
          .selectFrom('lessons')
          .select('sequence')
          .where((where) => where.and({ ...here, ticket_id: ticket, event_version: eventVersion, state: 'active' }))
          .execute()
        await restate(
          tx,
          rows.map(({ sequence }) => sequence),
          'forgotten',
        )
        return rows.length
      })
    },

    async saveCheckpoint({ base, generation, sequence, bytes }, at) {
      const base64 = Buffer.from(bytes).toString('base64')
      await write(async (tx) => {
        await tx
          .insertInto('checkpoints')
          .values({ ...here, base, generation, sequence, base64, created_at: at })
          .onConflict((conflict) =>
            conflict
              .columns(['workspace_id', 'base', 'generation', 'sequence'])
              .doUpdateSet({ base64, created_at: at }),
          )
          .execute()
        await tx
          .deleteFrom('checkpoints')
          .where('workspace_id', '=', workspace)
          .where((row) => row.or([row('generation', '<', generation), row('base', '!=', base)]))
          .execute()
      })
    },

    async checkpoint(base, generation) {
      const row = await read
        .selectFrom('checkpoints')
        .selectAll()
        .where((where) => where.and({ ...here, base, generation }))
        .orderBy('sequence', 'desc')
        .executeTakeFirst()
      return row && { base, generation, sequence: row.sequence, bytes: Buffer.from(row.base64, 'base64') }
    },
  }
}

function toRow(
  { ticketId: ticket, eventVersion, at, by, teaching, text }: Lesson,
  workspace: string,
  sequence: number,
) {
  return {
    workspace_id: workspace,
    sequence,
    ticket_id: ticket,
    event_version: eventVersion,
    part: teaching.part,
    at,
    by,
    teaching: JSON.stringify(teaching),
    text,
    person_id: 'person' in teaching ? teaching.person : null,
    topic: teaching.part === 'record' ? teaching.topic : null,
    right: teaching.part === 'record' ? Number(teaching.right) : null,
    account_id: teaching.part === 'owner' ? teaching.accountId : null,
    state: 'active',
  }
}

const toLesson = (row: Selectable<Schema['lessons']>): LoggedLesson => ({
  sequence: row.sequence,
  forgotten: row.state !== 'active',
  ticketId: ticketId(row.ticket_id),
  eventVersion: row.event_version,
  at: row.at as Timestamp,
  by: row.by,
  teaching: JSON.parse(row.teaching) as Teaching,
  text: row.text,
})
