import { expect, test } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import type { Policy, Topic } from '../../src/core/policy.ts'
import { type LearnerTools, learner } from '../../src/pipeline/learner.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { starterModel } from '../../src/text-model/starter-model.ts'
import { readTicket, serialiseTicketModel } from '../../src/text-model/ticket-model.ts'
import { fakeClock } from '../support/clock.ts'
import { freshDatabase } from '../support/databases.ts'
import { recordingLog } from '../support/log.ts'

const CORPUS = [
  { text: 'I was charged twice, refund me', topic: 'billing', priority: 'P2' },
  { text: 'cannot sign in, password refused', topic: 'login', priority: 'P1' },
]
const topic = (id: string): Topic => ({ id, name: id, description: `all about ${id}`, skill: id })
const TICKET = { text: 'refund me', fields: {} }

/** A school whose policy, database and trainer do as they are told. */
async function school(kind: 'sqlite' | 'postgres' = 'sqlite') {
  const lessons = lessonStore(await freshDatabase(kind))
  const log = recordingLog()
  const clock = fakeClock()
  let topics = [topic('billing'), topic('login')]
  let hiccup: Error | undefined
  let trainings = 0
  let trained = 0
  let holding: PromiseWithResolvers<void> | undefined
  const tools: LearnerTools = {
    policies: { current: async () => ({ topics }) as unknown as Policy },
    lessons: { ...lessons, state: async () => (hiccup ? Promise.reject(hiccup) : lessons.state()) },
    clock,
    log,
    corpus: () => CORPUS,
    async train(order) {
      trainings += 1
      await holding?.promise
      const bytes = serialiseTicketModel(starterModel(order.corpus, order.topics))
      trained += 1
      return bytes
    },
  }
  const learned = learner(tools)
  return {
    tools,
    learned,
    lessons,
    log,
    at: clock.now(),
    topicsNow: async () => Object.keys((await learned()).read(TICKET).topics ?? {}).toSorted(),
    policyHas: (...ids: readonly string[]) => {
      topics = ids.map(topic)
    },
    breakDatabase: (error: Error | undefined) => {
      hiccup = error
    },
    holdTraining: () => {
      holding = Promise.withResolvers()
      return holding.resolve
    },
    trainings: () => trainings,
    trained: () => trained,
  }
}

test('trains once, however many ask at once', async () => {
  const { learned, trainings } = await school()

  const [first, second] = await Promise.all([learned(), learned()])

  expect(first).toBe(second)
  expect(await learned()).toBe(first)
  expect(trainings()).toBe(1)
})

test('a hiccup of the database costs one attempt, not the learner', async () => {
  const { learned, breakDatabase, topicsNow } = await school()
  breakDatabase(new Error('gone for a moment'))
  await expect(learned()).rejects.toThrow('gone for a moment')

  breakDatabase(undefined)

  expect(await topicsNow()).toEqual(['billing', 'login'])
})

test('the old learner goes on answering until one for the changed topics is trained', async () => {
  const { learned, policyHas, holdTraining, topicsNow } = await school()
  const old = await learned()
  const finish = holdTraining()

  policyHas('billing', 'lifts')
  expect(await learned()).toBe(old)
  expect(await learned()).toBe(old)
  finish()

  await expect.poll(topicsNow).toEqual(['billing', 'lifts'])
})

test('says so when training for changed topics fails, keeps the old learner and tries again', async () => {
  const { learned, policyHas, breakDatabase, topicsNow, log } = await school()
  const old = await learned()
  breakDatabase(new Error('gone for a moment'))

  policyHas('lifts')
  expect(await learned()).toBe(old)
  await expect
    .poll(() => log.lines.map(({ message }) => message))
    .toContain('learner not trained for the changed topics')
  breakDatabase(undefined)

  await expect.poll(topicsNow).toEqual(['lifts'])
})

test('does not change over to topics that were taken back while it trained', async () => {
  const { learned, policyHas, holdTraining, topicsNow, trained } = await school()
  const old = await learned()
  const finish = holdTraining()
  policyHas('lifts')
  await learned()
  policyHas('billing', 'login')
  await learned()

  finish()
  await expect.poll(trained).toBe(2)
  for (let turn = 0; turn < 100; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    expect(await learned()).toBe(old)
  }

  expect(await topicsNow()).toEqual(['billing', 'login'])
})

test('lessons about topics that left the policy are not taught, and are again when the topic is back', async () => {
  const { learned, lessons, policyHas, topicsNow, at } = await school()
  const teaching = { part: 'topic', label: 'lifts' } as const
  const lesson = { ticketId: ticketId('t1'), eventVersion: 3, at, by: 'grace', teaching, text: 'refund me' }
  await lessons.reconcile(lesson.ticketId, () => [lesson], at)
  const shares = async () => (await learned()).read(TICKET).topics ?? {}

  expect(Object.keys(await shares()).toSorted()).toEqual(['billing', 'login'])
  policyHas('billing', 'login', 'lifts')
  await expect.poll(topicsNow).toEqual(['billing', 'lifts', 'login'])

  expect((await shares()).lifts).toBeGreaterThan(0.5)
})

test('trains in a process of its own what would have been trained here, bit for bit', async () => {
  const { tools } = await school()
  const { train: _, ...others } = tools

  const model = await learner(others)()

  const here = starterModel(CORPUS, [topic('billing'), topic('login')])
  expect(model.read(TICKET).topics).toEqual(readTicket(here, TICKET).topic)
})

test('says why when that process cannot train', async () => {
  const { tools } = await school()
  const { train: _, ...others } = tools

  const broken = learner({ ...others, corpus: () => [{ text: undefined as unknown as string }] })

  await expect(broken()).rejects.toThrow(/The learner was not trained: .+/)
})
