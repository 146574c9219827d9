import type { Selectable, Updateable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { type TicketId, ticketId } from '../core/ids.ts'
import type { Lesson, LoggedLesson, Teaching } from '../core/lesson.ts'
import type { Timestamp } from '../core/time.ts'
import type { LessonStore, TaughtWithout } from '../ports.ts'
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

  const logOf = (tx: Tx, ticket: TicketId) =>
    tx
      .selectFrom('lessons')
      .select(['sequence', 'event_version', 'part', 'teaching', 'state'])
      .where((where) => where.and({ ...here, ticket_id: ticket }))
      .execute()

  /** Changes what the log says about the past: whoever follows it must start again, from before the first change. */
  async function restate(tx: Tx, ofSequence: readonly number[], change: Updateable<Schema['lessons']>): Promise<void> {
    if (ofSequence.length === 0) return
    await tx
      .updateTable('lessons')
      .set(change)
      .where('workspace_id', '=', workspace)
      .where('sequence', 'in', ofSequence)
      .execute()
    await tx
      .deleteFrom('checkpoints')
      .where('workspace_id', '=', workspace)
      .where('sequence', '>=', Math.min(...ofSequence))
      .execute()
    await tx
      .updateTable('learning')
      .set(({ eb }) => ({ generation: eb('generation', '+', 1) }))
      .where('workspace_id', '=', workspace)
      .execute()
  }

  async function append(tx: Tx, lessons: readonly Lesson[], after: number): Promise<void> {
    if (lessons.length === 0) return
    for (const [index, lesson] of lessons.entries())
      await tx
        .insertInto('lessons')
        .values(toRow(lesson, workspace, after + index + 1))
        .execute()
    await tx
      .updateTable('learning')
      .set({ sequence: after + lessons.length })
      .where('workspace_id', '=', workspace)
      .execute()
  }

  async function reconcile(tx: Tx, ticket: TicketId, taughtWithout: TaughtWithout, sequence: number) {
    const logged = await logOf(tx, ticket)
    const taught = taughtWithout(forgottenIn(logged))
    const lessonFor = (row: (typeof logged)[number]) => taught.find((lesson) => isOf(lesson, row))

    const fresh = taught.filter((lesson) => !logged.some((row) => isOf(lesson, row)))
    await append(tx, fresh, sequence)
    const untaught = logged.filter((row) => row.state === 'active' && !lessonFor(row))
    await restate(tx, sequencesOf(untaught), { state: 'untaught' })
    // A reader of an older history may have silenced it; what somebody forgot by hand stays forgotten.
    const again = logged.filter((row) => row.state === 'untaught' && lessonFor(row))
    await restate(tx, sequencesOf(again), { state: 'active' })
    const changed = logged.filter((row) => row.state !== 'forgotten' && saysOtherwise(row, lessonFor(row)))
    for (const row of changed) await restate(tx, [row.sequence], teachingOf(lessonFor(row)!.teaching))
    return { added: fresh.length + again.length, forgotten: untaught.length, changed: changed.length }
  }

  return {
    state: () =>
      read
        .selectFrom('learning')
        .select(['sequence', 'generation'])
        .where('workspace_id', '=', workspace)
        .executeTakeFirstOrThrow(),

    reconcile: (ticket, taught) =>
      write(async (tx) => {
        const { sequence } = await takeTurn(tx)
        return reconcile(tx, ticket, taught, sequence)
      }),

    async after(sequence, limit) {
      const rows = await read
        .selectFrom('lessons')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('state', '=', 'active')
        .where('sequence', '>', sequence)
        .orderBy('sequence')
        .$if(limit !== undefined, (query) => query.limit(limit!))
        .execute()
      return rows.map(toLesson)
    },

    async count() {
      const { count } = await read
        .selectFrom('lessons')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where((where) => where.and({ ...here, state: 'active' }))
        .executeTakeFirstOrThrow()
      return count
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

    async ofTicket(id) {
      const rows = await read
        .selectFrom('lessons')
        .selectAll()
        .where((where) => where.and({ ...here, ticket_id: id }))
        .orderBy('sequence')
        .execute()
      return rows.map(toLesson)
    },

    forget: ({ ticket, version, by, at }, taught) =>
      write(async (tx) => {
        const { sequence } = await takeTurn(tx)
        const ofEvent = (await logOf(tx, ticket)).filter(({ event_version }) => event_version === version)
        const active = ofEvent.filter(({ state }) => state === 'active')
        if (active.length === 0 && !forgottenIn(ofEvent).has(version)) return 0
        await restate(tx, sequencesOf(active), { state: 'forgotten', forgotten_by: by, forgotten_at: at })
        await reconcile(tx, ticket, taught, sequence)
        return active.length
      }),

    async saveCheckpoint({ base, sequence, bytes }, generation, at) {
      const base64 = Buffer.from(bytes).toString('base64')
      await write(async (tx) => {
        const { generation: current } = await takeTurn(tx)
        if (current !== generation) return
        await tx
          .insertInto('checkpoints')
          .values({ workspace_id: workspace, base, sequence, base64, created_at: at })
          .onConflict((conflict) =>
            conflict.columns(['workspace_id', 'base', 'sequence']).doUpdateSet({ base64, created_at: at }),
          )
          .execute()
        const saved = await tx
          .selectFrom('checkpoints')
          .select('sequence')
          .where((where) => where.and({ ...here, base }))
          .execute()
        await tx
          .deleteFrom('checkpoints')
          .where('workspace_id', '=', workspace)
          .where((row) => row.or([row('base', '!=', base), row('sequence', 'not in', spaced(sequencesOf(saved)))]))
          .execute()
      })
    },

    async checkpoint(base) {
      const row = await read
        .selectFrom('checkpoints')
        .selectAll()
        .where((where) => where.and({ ...here, base }))
        .orderBy('sequence', 'desc')
        .executeTakeFirst()
      return row && { base, sequence: row.sequence, bytes: Buffer.from(row.base64, 'base64') }
    },
  }
}

/** The newest, and of the others the oldest of every doubling of age: what changed n lessons ago costs a replay of a few n. */
function spaced(sequences: readonly number[]): readonly number[] {
  const newest = Math.max(...sequences)
  const byAge = Map.groupBy(sequences, (sequence) => Math.ceil(Math.log2(newest - sequence + 1)))
  return [...byAge.values()].map((ofOneAge) => Math.min(...ofOneAge))
}

type LoggedRow = Pick<Selectable<Schema['lessons']>, 'sequence' | 'event_version' | 'part' | 'teaching' | 'state'>

const isOf = (lesson: Lesson, row: LoggedRow): boolean =>
  row.event_version === lesson.eventVersion && row.part === lesson.teaching.part

const saysOtherwise = (row: LoggedRow, lesson: Lesson | undefined): boolean =>
  lesson !== undefined && row.teaching !== JSON.stringify(lesson.teaching)

const forgottenIn = (rows: readonly LoggedRow[]): ReadonlySet<number> =>
  new Set(rows.filter(({ state }) => state === 'forgotten').map(({ event_version }) => event_version))

const sequencesOf = (rows: readonly { readonly sequence: number }[]): readonly number[] =>
  rows.map(({ sequence }) => sequence)

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
    ...teachingOf(teaching),
    text,
    state: 'active',
  }
}

const teachingOf = (teaching: Teaching) => ({
  teaching: JSON.stringify(teaching),
  person_id: 'person' in teaching ? teaching.person : null,
  topic: teaching.part === 'record' ? teaching.topic : null,
  right: teaching.part === 'record' ? Number(teaching.right) : null,
  account_id: teaching.part === 'owner' ? teaching.accountId : null,
})

const toLesson = (row: Selectable<Schema['lessons']>): LoggedLesson => ({
  sequence: row.sequence,
  forgotten: row.state !== 'active',
  forgottenBy: row.forgotten_by ?? undefined,
  forgottenAt: (row.forgotten_at as Timestamp | null) ?? undefined,
  ticketId: ticketId(row.ticket_id),
  eventVersion: row.event_version,
  at: row.at as Timestamp,
  by: row.by,
  teaching: JSON.parse(row.teaching) as Teaching,
  text: row.text,
})
