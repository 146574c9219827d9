import { expect, test } from 'vitest'
import { CHECKPOINT_VERSION } from '../../src/text-model/checkpoint.ts'
import { mostProbable } from '../../src/text-model/cross-validate.ts'
import {
  cloneTicketModel,
  HEADS,
  type ModelLesson,
  parseLessons,
  parseTicketModel,
  readTicket,
  serialiseLessons,
  serialiseTicketModel,
  type TicketModel,
  teach,
  trainTicketModel,
} from '../../src/text-model/ticket-model.ts'
import { starterCorpus, UNTAUGHT, WHERE_DATA_LIVES } from './support.ts'

const base = trainTicketModel(starterCorpus(), [], { seed: 3 })
const baseBytes = serialiseTicketModel(base)

const LESSONS: readonly ModelLesson[] = WHERE_DATA_LIVES.flatMap((text, index): ModelLesson[] => [
  { head: 'topic', label: 'data-protection', text, weight: 1 },
  ...(index % 4 === 0 ? [{ head: 'priority', label: 'P2', text, weight: 0.5 } as const] : []),
])

/** A copy of `base` that has had these lessons, in order. */
function taught(base: TicketModel, lessons: readonly ModelLesson[]): TicketModel {
  const model = cloneTicketModel(base)
  for (const lesson of lessons) teach(model, lesson)
  return model
}

/** Buffers are compared by hand: printing the difference of two models helps nobody. */
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const same = (a: TicketModel, b: TicketModel): boolean => sameBytes(serialiseTicketModel(a), serialiseTicketModel(b))

test('reads every part of a ticket', () => {
  const text =
    'Everything is DOWN\n\nNobody in our company can load a single page since 9:00, 503 everywhere. This is a disaster!!'
  const reading = readTicket(base, { text })

  expect(mostProbable(reading.topic)).toBe('outage')
  expect(mostProbable(reading.intent)).toBe('problem')
  expect(Object.keys(reading.priority).sort()).toEqual(['P1', 'P2', 'P3', 'P4'])
  expect(reading.sentiment).toBeLessThan(0)
  expect(reading.urgency).toBeGreaterThan(0.5)
  expect(reading.evidence.length).toBeGreaterThan(0)
  expect(reading.evidence.every((term) => text.toLowerCase().includes(term.split(' ')[0]!))).toBe(true)
})

test('a calm thank-you reads calmer than an angry alarm', () => {
  const calm = readTicket(base, {
    text: 'Thanks, love the new template. Small question whenever you have time: where do I rename it?',
  })
  const angry = readTicket(base, {
    text: 'This is unacceptable. All crews are standing still and nobody answers. Fix this NOW.',
  })

  expect(calm.sentiment).toBeGreaterThan(angry.sentiment)
  expect(calm.urgency).toBeLessThan(angry.urgency)
})

test('a lesson changes the head it names, and no other', () => {
  const model = cloneTicketModel(base)
  const before = readTicket(model, { text: UNTAUGHT })

  teach(model, { head: 'priority', label: 'P1', text: UNTAUGHT, weight: 1 })
  const after = readTicket(model, { text: UNTAUGHT })

  expect(after.priority.P1).toBeGreaterThan(before.priority.P1!)
  expect({ ...after, priority: 0 }).toEqual({ ...before, priority: 0 })
  expect(sameBytes(serialiseTicketModel(base), baseBytes)).toBe(true)
})

test('lessons replayed from the checkpoint give the very bytes of lessons applied live', () => {
  const live = cloneTicketModel(base)
  for (const lesson of LESSONS) teach(live, lesson)

  const replayed = taught(parseTicketModel(baseBytes), LESSONS)

  expect(same(replayed, live)).toBe(true)
})

test('a checkpoint in the middle of the lessons changes nothing about what comes after', () => {
  const middle = parseTicketModel(serialiseTicketModel(taught(base, LESSONS.slice(0, 9))))

  expect(same(taught(middle, LESSONS.slice(9)), taught(base, LESSONS))).toBe(true)
})

test('lessons kept apart from their base give the whole model back, and the base stays as it was', () => {
  const live = taught(base, LESSONS)

  const restored = parseLessons(base, serialiseLessons(live))

  expect(same(restored, live)).toBe(true)
  expect(same(taught(restored, LESSONS), taught(live, LESSONS))).toBe(true)
  expect(sameBytes(serialiseTicketModel(base), baseBytes)).toBe(true)
  expect(serialiseLessons(live).length).toBeLessThan(baseBytes.length / 10)
})

test('forgotten lessons leave no trace: the bytes are those of a model that never had them', () => {
  const isForgotten = (_: ModelLesson, index: number) => [3, 4, 11, 17].includes(index)
  const kept = LESSONS.filter((lesson, index) => !isForgotten(lesson, index))
  const never = cloneTicketModel(base)
  for (const lesson of kept) teach(never, lesson)

  expect(same(taught(base, kept), never)).toBe(true)
  expect(sameBytes(serialiseTicketModel(taught(base, [])), baseBytes)).toBe(true)
  expect(same(never, taught(base, LESSONS))).toBe(false)
})

test('the order of lessons matters, so they are kept in order', () => {
  expect(same(taught(base, LESSONS.toReversed()), taught(base, LESSONS))).toBe(false)
})

test('trained twice with one seed: equal bytes', () => {
  expect(sameBytes(serialiseTicketModel(trainTicketModel(starterCorpus(), [], { seed: 3 })), baseBytes)).toBe(true)
})

test('a checkpoint comes back with every head and the same readings', () => {
  const model = parseTicketModel(baseBytes)

  expect(Object.keys(model.heads).sort()).toEqual([...HEADS].sort())
  for (const text of WHERE_DATA_LIVES) expect(readTicket(model, { text })).toEqual(readTicket(base, { text }))
})

test('eight topics with twenty lessons stay far below 40 MB', () => {
  const { base: trained, lessons } = taught(base, LESSONS).heads.topic
  const bytes = [trained.layer, lessons].flatMap(({ rowOf, weights, squares }) =>
    [rowOf, weights, squares].map(({ byteLength }) => byteLength),
  )

  expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThan(20e6)
})

const tiny = trainTicketModel(
  [
    { text: 'refund', topic: 'billing', intent: 'request', priority: 'P3', sentiment: 0, urgency: 0.2 },
    { text: 'locked out', topic: 'login', intent: 'problem', priority: 'P1', sentiment: -1, urgency: 1 },
  ],
  [],
  { seed: 1 },
)
const file = serialiseTicketModel(tiny)

test('a file cut anywhere is refused', () => {
  for (let length = 0; length < file.length; length += length < 200 ? 1 : 101)
    expect(() => parseTicketModel(file.slice(0, length))).toThrow(/not a Waybill model file|bytes where/)
  expect(() => parseTicketModel(Uint8Array.from([...file, 0]))).toThrow(/bytes where/)
})

test('a file with any one bit flipped is refused', () => {
  for (let bit = 0; bit < file.length * 8; bit += bit < 400 ? 1 : 997) {
    const flipped = file.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => parseTicketModel(flipped), `bit ${bit}`).toThrow(/not a Waybill model|version|bytes where|damaged/)
  }
})

test('a file of a newer Waybill says so', () => {
  const newer = file.slice()
  new DataView(newer.buffer).setUint32(4, CHECKPOINT_VERSION + 1, true)

  expect(() => parseTicketModel(newer)).toThrow(/has version 2, this Waybill reads up to 1\. Update Waybill/)
})

test('lessons are refused when they are cut, altered, or taught to another model', () => {
  const lessons = serialiseLessons(taught(tiny, [{ head: 'topic', label: 'login', text: 'captcha', weight: 1 }]))
  const other = trainTicketModel([{ text: 'refund', topic: 'money' }], [], { seed: 1 })

  expect(() => parseLessons(tiny, lessons.slice(0, -1))).toThrow(/bytes where/)
  expect(() => parseLessons(tiny, lessons.with(20, 255))).toThrow(/damaged/)
  expect(() => parseLessons(tiny, file)).toThrow(/not a Waybill model file/)
  expect(() => parseTicketModel(lessons)).toThrow(/not a Waybill model file/)
  expect(() => parseLessons(other, lessons)).toThrow(/belong to another model/)
})

test('a ticket without any label for a head still gets a neutral reading', () => {
  const model = trainTicketModel([{ text: 'refund', topic: 'billing' }], [], { seed: 1 })

  expect(readTicket(model, { text: 'refund please' })).toMatchObject({
    topic: { billing: 1 },
    sentiment: 0,
    urgency: 0.5,
  })
})
