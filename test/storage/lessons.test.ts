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
    expect(await lessons.checkpoint('base')).toBeUndefined()
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

  test('reads the log page by page', async () => {
    await lessons.reconcile(ticket, () => [teaches(3), teaches(4), teaches(5)], at)

    expect((await lessons.after(1, 1)).map(({ sequence }) => sequence)).toEqual([2])
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
    expect(await lessons.count()).toBe(1)
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

  test('tells what one ticket taught, in order, forgotten or not', async () => {
    await lessons.reconcile(ticketId('t2'), () => [teaches(3, 'login', ticketId('t2'))], at)
    await lessons.reconcile(ticket, () => [teaches(3), teaches(5)], at)
    await lessons.forget({ ticket, version: 3, by: 'ada', at }, () => [teaches(5)])

    const told = (await lessons.ofTicket(ticket)).map(({ eventVersion, forgottenBy }) => [eventVersion, forgottenBy])

    expect(told).toEqual([
      [3, 'ada'],
      [5, undefined],
    ])
    expect(await lessons.ofTicket(ticketId('t3'))).toEqual([])
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

  const savedAt = async () =>
    (await database.read.selectFrom('checkpoints').select('sequence').orderBy('sequence').execute()).map(
      ({ sequence }) => sequence,
    )
  const save = (sequence: number, bytes = [sequence % 256], base = 'base', generation = 0) =>
    lessons.saveCheckpoint({ base, sequence, bytes: Uint8Array.from(bytes) }, generation, at)

  test('gives back the newest checkpoint of a base, byte for byte', async () => {
    await save(200, [7])
    await save(400, [0, 1, 254, 255])

    const newest = await lessons.checkpoint('base')

    expect(newest?.sequence).toBe(400)
    expect([...newest!.bytes]).toEqual([0, 1, 254, 255])
    expect(await lessons.checkpoint('other')).toBeUndefined()
  })

  test('mends a damaged checkpoint by writing it again', async () => {
    await save(200, [1])

    await save(200, [2])

    expect([...(await lessons.checkpoint('base'))!.bytes]).toEqual([2])
  })

  test('drops checkpoints of a base that is no more', async () => {
    await save(200)

    await save(200, [1], 'other')

    expect(await lessons.checkpoint('base')).toBeUndefined()
  })

  test('keeps few checkpoints, the fewer the older', async () => {
    for (let sequence = 200; sequence <= 20_000; sequence += 200) await save(sequence)

    const kept = await savedAt()

    expect(kept.at(-1)).toBe(20_000)
    expect(kept.length).toBeLessThanOrEqual(9)
    for (const lessonsAgo of [150, 700, 3000, 9000])
      expect(20_000 - kept.findLast((sequence) => sequence < 20_000 - lessonsAgo)!).toBeLessThanOrEqual(
        4 * lessonsAgo + 200,
      )
  })

  describe('with lessons 1 to 6 and checkpoints at 2, 4 and 6', () => {
    const six = [3, 4, 5, 6, 7, 8].map((version) => teaches(version))
    const without = (...versions: readonly number[]) =>
      six.filter(({ eventVersion }) => !versions.includes(eventVersion))

    beforeEach(async () => {
      await lessons.reconcile(ticket, () => six, at)
      for (const sequence of [2, 4, 6]) await save(sequence)
    })

    test('keeps those before a lesson that is silenced, and those only', async () => {
      await lessons.reconcile(ticket, () => without(6), at)
      expect(await savedAt()).toEqual([2])
    })

    test('keeps those before a lesson that is forgotten', async () => {
      await lessons.forget({ ticket, version: 7, by: 'ada', at }, () => without(7))
      expect(await savedAt()).toEqual([2, 4])
    })

    test('drops those written while a lesson was silent once it is back', async () => {
      await lessons.reconcile(ticket, () => without(7), at)
      await save(6, [6], 'base', (await lessons.state()).generation)
      expect(await savedAt()).toEqual([2, 4, 6])

      await lessons.reconcile(ticket, () => six, at)

      expect(await savedAt()).toEqual([2, 4])
    })

    test('drops those that hold a lesson which teaches something else now', async () => {
      await lessons.reconcile(ticket, () => [...without(5), teaches(5, 'login')], at)
      expect(await savedAt()).toEqual([2])
    })

    test('refuses one of a learner that does not know of the change yet', async () => {
      await lessons.reconcile(ticket, () => without(4), at)

      await save(6, [6], 'base', 0)

      expect(await savedAt()).toEqual([])
    })
  })
})
