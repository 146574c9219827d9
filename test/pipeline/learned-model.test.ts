import { beforeAll, describe, expect, test } from 'vitest'
import { accountId, personId, ticketId } from '../../src/core/ids.ts'
import type { Lesson } from '../../src/core/lesson.ts'
import { type FollowingModel, followingModel } from '../../src/pipeline/learned-model.ts'
import type { LessonStore, Log } from '../../src/ports.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { type TicketModel, trainTicketModel } from '../../src/text-model/ticket-model.ts'
import { fakeClock } from '../support/clock.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'
import { recordingLog, silentLog } from '../support/log.ts'

const clock = fakeClock()
const at = clock.now()

const SUBJECTS = {
  billing: ['invoice', 'refund', 'card charged', 'payment failed', 'credit note', 'receipt'],
  login: ['password', 'locked out', 'reset link', 'verification code', 'single sign-on', 'captcha'],
  bug: ['crash', 'wrong total', 'blank screen', 'button does nothing', 'error message', 'glitch'],
}
const ASIDES = ['since Monday', 'for our whole office', 'please help', 'again', 'on my phone', 'after the update']
const EXAMPLES = Object.entries(SUBJECTS).flatMap(([topic, subjects]) =>
  subjects.flatMap((subject) =>
    ASIDES.map((aside) => ({
      text: `${subject} ${aside}`,
      topic,
      priority: 'P3',
      intent: 'problem',
      sentiment: 0,
      urgency: 0.5,
    })),
  ),
)
const PROBES = [
  'the elevator music is too loud',
  'invoice is wrong',
  'cannot get past the captcha',
  'nothing at all',
  'ümläut',
]

const lesson = (number: number, label: string, text: string): Lesson => ({
  ticketId: ticketId(`t${number}`),
  eventVersion: 3,
  at,
  by: 'grace',
  teaching: { part: 'topic', label },
  text,
})
const lessonsOn = (from: number, count: number): readonly Lesson[] =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index
    return lesson(number, ['login', 'bug', 'lifts'][number % 3]!, `elevator ${number} hums in key ${number * 7}`)
  })

describe.each(DATABASES)('the learner that follows the log on %s', (kind) => {
  let base: TicketModel
  beforeAll(() => {
    base = trainTicketModel(EXAMPLES, [{ label: 'billing', description: 'invoices and refunds' }], { seed: 1 })
  })

  const start = (lessons: LessonStore, log: Log = silentLog) => followingModel(base, { lessons, clock, log })
  const freshLog = async () => lessonStore(await freshDatabase(kind))
  const readings = (model: FollowingModel) => PROBES.map((text) => model.read({ text, fields: {} }))
  async function teach(lessons: LessonStore, taught: readonly Lesson[]) {
    for (const one of taught) await lessons.reconcile(one.ticketId, () => [one], at)
  }

  test('reads nothing anew until it is told to look', async () => {
    const lessons = await freshLog()
    const model = await start(lessons)
    const before = readings(model)

    await teach(lessons, lessonsOn(1, 3))
    expect(readings(model)).toEqual(before)
    await model.refresh()

    expect(readings(model)).not.toEqual(before)
    expect(model.version()).toMatch(/^[0-9a-f]{12}\.0@3$/)
  })

  test('starts again exactly where it was, label by label and bit by bit', async () => {
    const lessons = await freshLog()
    const live = await start(lessons)
    for (const one of lessonsOn(1, 12)) {
      await lessons.reconcile(one.ticketId, () => [one], at)
      await live.refresh()
    }

    const restarted = await start(lessons)

    expect(readings(restarted)).toEqual(readings(live))
    expect(restarted.version()).toBe(live.version())
    expect(readings(live)[0]?.topics).toHaveProperty('lifts')
  })

  test('starts from the newest checkpoint, equal to a learner that replays everything', async () => {
    const lessons = await freshLog()
    const live = await start(lessons)
    await teach(lessons, lessonsOn(1, 190))
    await live.refresh()
    await teach(lessons, lessonsOn(191, 20))
    await live.refresh()
    await teach(lessons, lessonsOn(211, 5))
    await live.refresh()
    await live.settled()
    let asked = -1
    const watched: LessonStore = {
      ...lessons,
      after(sequence, limit) {
        asked = sequence
        return lessons.after(sequence, limit)
      },
    }
    const withoutCheckpoint: LessonStore = { ...lessons, checkpoint: async () => undefined }

    const restarted = await start(watched)

    expect(asked).toBe(210)
    expect(readings(restarted)).toEqual(readings(live))
    expect(readings(await start(withoutCheckpoint))).toEqual(readings(live))
  })

  test('replays the log when its checkpoint is damaged, says so and writes a new one', async () => {
    const lessons = await freshLog()
    const live = await start(lessons)
    await teach(lessons, lessonsOn(1, 200))
    await live.refresh()
    await live.settled()
    const hash = live.version().split('.')[0]!
    const saved = (await lessons.checkpoint(hash))!
    await lessons.saveCheckpoint({ ...saved, bytes: saved.bytes.slice(0, 50) }, 0, at)
    const log = recordingLog()

    const restarted = await start(lessons, log)

    expect(readings(restarted)).toEqual(readings(live))
    expect(log.lines.map(({ message }) => message)).toEqual(['learner checkpoint unreadable; replaying all lessons'])
    await restarted.settled()
    expect([...(await lessons.checkpoint(hash))!.bytes]).toEqual([...saved.bytes])
  })

  test('forgets a lesson as if it had never been taught', async () => {
    const [taught, neverTaught] = [await freshLog(), await freshLog()]
    const all = lessonsOn(1, 30)
    const model = await start(taught)
    await teach(taught, all)
    await model.refresh()
    const before = readings(model)

    await taught.forget({ ticket: ticketId('t7'), version: 3, by: 'ada', at }, () => [])
    await taught.forget({ ticket: ticketId('t30'), version: 3, by: 'ada', at }, () => [])
    await model.refresh()
    await model.settled()

    await teach(
      neverTaught,
      all.filter(({ ticketId: id }) => id !== 't7' && id !== 't30'),
    )
    expect(readings(model)).not.toEqual(before)
    expect(readings(model)).toEqual(readings(await start(neverTaught)))
    expect(readings(model)).toEqual(readings(await start(taught)))
    expect(model.version()).toBe((await start(taught)).version())
  })

  test('replays only what came after the last checkpoint before a forgotten lesson, to the very same bits', async () => {
    const [taught, neverTaught] = [await freshLog(), await freshLog()]
    const all = lessonsOn(1, 470)
    const asked: number[] = []
    const watched: LessonStore = {
      ...taught,
      after(sequence, limit) {
        asked.push(sequence)
        return taught.after(sequence, limit)
      },
    }
    const model = await start(watched)
    for (const [first, count] of [
      [1, 210],
      [211, 200],
      [411, 60],
    ] as const) {
      await teach(taught, lessonsOn(first, count))
      await model.refresh()
    }
    await model.settled()
    asked.length = 0

    await taught.forget({ ticket: ticketId('t300'), version: 3, by: 'ada', at }, () => [])
    await model.refresh()
    await model.settled()

    await teach(
      neverTaught,
      all.filter(({ ticketId: id }) => id !== 't300'),
    )
    expect(Math.min(...asked)).toBe(210)
    expect(readings(model)).toEqual(readings(await start(neverTaught)))
    expect(readings(model)).toEqual(readings(await start(taught)))
  })

  test('does not teach lessons about topics there are no more, and is another learner then', async () => {
    const lessons = await freshLog()
    await teach(lessons, lessonsOn(1, 9))
    const topicsOf = (model: FollowingModel) => Object.keys(readings(model)[0]?.topics ?? {})

    const all = await start(lessons)
    const some = await followingModel(base, { lessons, clock, log: silentLog, topics: ['billing', 'login', 'bug'] })

    expect(topicsOf(all)).toContain('lifts')
    expect(topicsOf(some).toSorted()).toEqual(['billing', 'bug', 'login'])
    expect(some.version()).not.toBe(all.version())
  })

  test('with everything forgotten is the learner it was, also after a restart', async () => {
    const lessons = await freshLog()
    const model = await start(lessons)
    const before = readings(model)
    await teach(lessons, lessonsOn(1, 20))
    await model.refresh()

    for (const { ticketId: id } of lessonsOn(1, 20))
      await lessons.forget({ ticket: id, version: 3, by: 'ada', at }, () => [])
    await model.settled()

    expect(readings(model)).toEqual(before)
    expect(readings(await start(lessons))).toEqual(before)
  })

  test('goes on answering while it replays', async () => {
    const lessons = await freshLog()
    const model = await start(lessons)
    await teach(lessons, lessonsOn(1, 60))
    await model.refresh()
    const before = readings(model)

    await lessons.forget({ ticket: ticketId('t5'), version: 3, by: 'ada', at }, () => [])
    await model.refresh()
    expect(readings(model)).toEqual(before)

    await model.settled()
    expect(readings(model)).not.toEqual(before)
  })

  test('takes each lesson once when many ask it to look at once', async () => {
    const lessons = await freshLog()
    const [model, calm] = [await start(lessons), await start(lessons)]

    await Promise.all(
      lessonsOn(1, 25).map(async (one) => {
        await lessons.reconcile(one.ticketId, () => [one], at)
        await Promise.all([model.refresh(), model.refresh()])
      }),
    )
    await model.settled()
    await calm.refresh()

    expect(readings(model)).toEqual(readings(calm))
    expect(model.version()).toBe(calm.version())
  })

  test('learns only topic and priority from words', async () => {
    const lessons = await freshLog()
    const model = await start(lessons)
    const before = readings(model)
    const teachings = [
      { part: 'capacity', person: personId('grace') },
      { part: 'record', person: personId('grace'), topic: 'billing', right: true },
      { part: 'owner', accountId: accountId('acme'), person: personId('grace') },
    ] as const

    await lessons.reconcile(
      ticketId('t1'),
      () => teachings.map((teaching) => ({ ...lesson(1, '', 'invoice'), teaching })),
      at,
    )
    await model.refresh()

    expect(readings(model)).toEqual(before)
    expect(model.version()).toMatch(/@3$/)
  })

  test('keeps its last state when the log cannot be read, and catches up later', async () => {
    const lessons = await freshLog()
    let isDown = false
    const log = recordingLog()
    const flaky: LessonStore = {
      ...lessons,
      after: async (...range) => (isDown ? Promise.reject(new Error('gone')) : lessons.after(...range)),
    }
    const model = await start(flaky, log)
    await teach(lessons, lessonsOn(1, 4))

    isDown = true
    await model.refresh()
    expect(model.version()).toMatch(/@0$/)
    isDown = false
    await model.refresh()

    expect(log.lines).toMatchObject([{ message: 'learner could not follow the log of lessons' }])
    expect(readings(model)).toEqual(readings(await start(lessons)))
  })
})
