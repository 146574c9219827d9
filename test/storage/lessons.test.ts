import { beforeEach, describe, expect, test } from 'vitest'
import { personId, ticketId } from '../../src/core/ids.ts'
import type { Lesson } from '../../src/core/lesson.ts'
import { timestamp } from '../../src/core/time.ts'
import type { LessonStore } from '../../src/ports.ts'
import type { Database } from '../../src/storage/database.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'

const at = timestamp('2026-01-05T09:00:00Z')
const ticket = ticketId('t1')
const teaches = (eventVersion: number, label = 'billing', of = ticket): Lesson => ({
  ticketId: of,
  eventVersion,
  at,
  by: 'grace',
  teaching: { part: 'topic', label },
  text: `text ${eventVersion}`,
})

describe.each(DATABASES)('log of lessons on %s', (kind) => {
  let database: Database
  let lessons: LessonStore

  beforeEach(async () => {
    database = await freshDatabase(kind)
    lessons = lessonStore(database)
  })

  const active = async (after = 0) => (await lessons.after(after)).map(({ sequence }) => sequence)

  test('is empty at first', async () => {
    expect(await lessons.state()).toEqual({ sequence: 0, generation: 0 })
    expect(await active()).toEqual([])
    expect(await lessons.checkpoint('base', 0)).toBeUndefined()
  })

  test('takes each lesson once, however often it is reconciled', async () => {
    expect(await lessons.reconcile(ticket, () => [teaches(3)], at)).toEqual({ added: 1, forgotten: 0, changed: 0 })
    expect(await lessons.reconcile(ticket, () => [teaches(3)], at)).toEqual({ added: 0, forgotten: 0, changed: 0 })
    expect(await lessons.reconcile(ticket, () => [teaches(3), teaches(5, 'login')], at)).toEqual({
      added: 1,
      forgotten: 0,
      changed: 0,
    })

    expect(await lessons.state()).toEqual({ sequence: 2, generation: 0 })
    expect(await lessons.after(1)).toEqual([{ ...teaches(5, 'login'), sequence: 2, forgotten: false }])
  })

  test('keeps two parts of one event apart', async () => {
    const record = { part: 'record', person: 'grace', topic: 'billing', right: true } as Lesson['teaching']

    await lessons.reconcile(ticket, () => [teaches(3), { ...teaches(3), teaching: record }], at)

    expect((await lessons.after(0)).map(({ teaching }) => teaching.part)).toEqual(['topic', 'record'])
  })

  test('forgets what the history no longer teaches, and learns anew what follows', async () => {
    await lessons.reconcile(ticket, () => [teaches(3)], at)
    expect(await lessons.reconcile(ticket, () => [], at)).toEqual({ added: 0, forgotten: 1, changed: 0 })
    expect(await lessons.state()).toEqual({ sequence: 1, generation: 1 })

    await lessons.reconcile(ticket, () => [teaches(6)], at)

    expect(await active()).toEqual([2])
    expect(await lessons.state()).toEqual({ sequence: 2, generation: 1 })
  })

  test('ends right when an older reading of the history is written last', async () => {
    await lessons.reconcile(ticket, () => [teaches(3)], at)
    await lessons.reconcile(ticket, () => [], at)
    expect(await active()).toEqual([])

    expect(await lessons.reconcile(ticket, () => [teaches(3)], at)).toEqual({ added: 1, forgotten: 0, changed: 0 })

    expect(await active()).toEqual([1])
    expect(await lessons.state()).toEqual({ sequence: 1, generation: 2 })
  })

  test('leaves the lessons of other tickets alone', async () => {
    const other = ticketId('t2')
    await lessons.reconcile(other, () => [teaches(3, 'login', other)], at)
    await lessons.reconcile(ticket, () => [teaches(3)], at)

    await lessons.reconcile(ticket, () => [], at)

    expect((await lessons.after(0)).map(({ ticketId: of }) => of)).toEqual(['t2'])
  })

  test('what somebody forgot by hand does not come back', async () => {
    await lessons.reconcile(ticket, () => [teaches(3), teaches(5)], at)
    expect(await lessons.forget({ ticket, version: 3, by: 'ada', at }, () => [teaches(5)])).toBe(1)
    expect(await lessons.forget({ ticket, version: 3, by: 'ada', at }, () => [teaches(5)])).toBe(0)
    expect(await lessons.forget({ ticket, version: 4, by: 'ada', at }, () => [])).toBe(0)

    expect(await lessons.reconcile(ticket, () => [teaches(3), teaches(5)], at)).toEqual({
      added: 0,
      forgotten: 0,
      changed: 0,
    })

    expect(await active()).toEqual([2])
    expect(await lessons.state()).toEqual({ sequence: 2, generation: 1 })
    expect((await lessons.list(10)).map(({ sequence, forgotten }) => [sequence, forgotten])).toEqual([
      [2, false],
      [1, true],
    ])
    expect(await lessons.list(1)).toHaveLength(1)
  })

  test('remembers who forgot an event and when', async () => {
    const later = timestamp('2026-01-06T10:00:00Z')
    await lessons.reconcile(ticket, () => [teaches(3), teaches(5)], at)

    await lessons.forget({ ticket, version: 3, by: 'ada', at: later }, () => [teaches(5)])

    expect((await lessons.list(10)).map(({ forgottenBy, forgottenAt }) => [forgottenBy, forgottenAt])).toEqual([
      [undefined, undefined],
      ['ada', later],
    ])
  })

  test('asks what is taught without the events that were forgotten, in the step that forgets', async () => {
    const asked: number[][] = []
    const taught = (forgotten: ReadonlySet<number>) => {
      asked.push([...forgotten])
      return forgotten.has(3) ? [teaches(5, 'login')] : [teaches(3), teaches(5)]
    }
    await lessons.reconcile(ticket, taught, at)

    await lessons.forget({ ticket, version: 3, by: 'ada', at }, taught)
    expect((await lessons.after(0)).map(({ sequence, teaching }) => [sequence, teaching])).toEqual([
      [2, { part: 'topic', label: 'login' }],
    ])
    expect(await lessons.reconcile(ticket, taught, at)).toEqual({ added: 0, forgotten: 0, changed: 0 })

    expect(asked).toEqual([[], [3], [3]])
  })

  test('rewrites a lesson that teaches something else now where it stands, with all that is counted from it', async () => {
    const record = (person: string) =>
      ({
        ...teaches(5),
        teaching: { part: 'record', person: personId(person), topic: 'billing', right: true },
      }) as const
    const rows = () => database.read.selectFrom('lessons').select(['sequence', 'person_id']).execute()
    await lessons.reconcile(ticket, () => [record('grace')], at)
    const { generation } = await lessons.state()

    const changes = await lessons.reconcile(ticket, () => [record('alan')], at)

    expect(changes).toEqual({ added: 0, forgotten: 0, changed: 1 })
    expect(await rows()).toEqual([{ sequence: 1, person_id: 'alan' }])
    expect((await lessons.state()).generation).toBeGreaterThan(generation)
  })

  test('numbers lessons without gaps or doubles when many tickets teach at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const of = ticketId(`t${index}`)
        return lessons.reconcile(of, () => [teaches(3, 'billing', of), teaches(4, 'login', of)], at)
      }),
    )

    expect(await active()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect(await lessons.state()).toEqual({ sequence: 40, generation: 0 })
  })

  test('takes a lesson once when two reconcile the same ticket at once', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => lessons.reconcile(ticket, () => [teaches(3)], at)))

    expect(outcomes.map(({ added }) => added).toSorted((a, b) => a - b)).toEqual([0, 0, 1])
  })

  test('gives back the newest checkpoint of a base and generation, byte for byte', async () => {
    const checkpoint = { base: 'base', generation: 0, sequence: 200, bytes: Uint8Array.from([0, 1, 254, 255]) }
    await lessons.saveCheckpoint(checkpoint, at)
    await lessons.saveCheckpoint({ ...checkpoint, sequence: 400, bytes: Uint8Array.from([7]) }, at)

    const newest = await lessons.checkpoint('base', 0)

    expect(newest?.sequence).toBe(400)
    expect([...newest!.bytes]).toEqual([7])
    expect(await lessons.checkpoint('base', 1)).toBeUndefined()
    expect(await lessons.checkpoint('other', 0)).toBeUndefined()
  })

  test('mends a damaged checkpoint by writing it again', async () => {
    const checkpoint = { base: 'base', generation: 0, sequence: 200, bytes: Uint8Array.from([1]) }
    await lessons.saveCheckpoint(checkpoint, at)

    await lessons.saveCheckpoint({ ...checkpoint, bytes: Uint8Array.from([2]) }, at)

    expect([...(await lessons.checkpoint('base', 0))!.bytes]).toEqual([2])
  })

  test('drops checkpoints of generations that are over', async () => {
    const checkpoint = { base: 'base', generation: 0, sequence: 200, bytes: Uint8Array.from([1]) }
    await lessons.saveCheckpoint(checkpoint, at)

    await lessons.saveCheckpoint({ ...checkpoint, generation: 1 }, at)

    expect(await lessons.checkpoint('base', 0)).toBeUndefined()
  })
})
