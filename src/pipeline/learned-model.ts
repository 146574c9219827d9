import { createHash } from 'node:crypto'
import type { Opinion } from '../core/classification.ts'
import type { LoggedLesson } from '../core/lesson.ts'
import type { Clock, LearnedModel, LearningState, LessonStore, Log } from '../ports.ts'
import {
  cloneTicketModel,
  type ModelLesson,
  parseTicketModel,
  readTicket,
  serialiseTicketModel,
  type TicketModel,
  teach,
} from '../text-model/ticket-model.ts'

/** A checkpoint is written every so many lessons, so that a restart or a forgotten lesson replays few. */
const CHECKPOINT_EVERY = 200
/** Lessons replayed before other work gets a turn. */
const REPLAY_CHUNK = 20

export interface FollowingModel extends LearnedModel {
  /** Resolves when no replay is under way. */
  settled(): Promise<void>
}

/**
 * The learner that follows the log of lessons: base, plus every active lesson in order. A forgotten lesson makes it replay
 * the log without it in the background; until that is done the old model goes on answering.
 */
export async function followingModel(
  base: TicketModel,
  { lessons, clock, log }: { readonly lessons: LessonStore; readonly clock: Clock; readonly log: Log },
): Promise<FollowingModel> {
  const baseBytes = serialiseTicketModel(base)
  const baseHash = createHash('sha256').update(baseBytes).digest('hex').slice(0, 12)
  let model = cloneTicketModel(base)
  let at = { sequence: 0, generation: -1 }
  let turn: Promise<void> = Promise.resolve()

  async function restore({ generation, sequence: known }: LearningState): Promise<void> {
    const saved = await lessons.checkpoint(baseHash, generation)
    const start = saved ? parseOrWarn(saved.bytes) : undefined
    const fresh = start ?? cloneTicketModel(base)
    const from = start && saved ? saved.sequence : 0
    const sequence = Math.max(await follow(fresh, from), known)
    model = fresh
    at = { sequence, generation }
    if (sequence - from >= CHECKPOINT_EVERY) await save()
  }

  /** Teaches the active lessons after `sequence` and returns the last sequence taught. */
  async function follow(student: TicketModel, sequence: number): Promise<number> {
    let last = sequence
    for (const [index, lesson] of (await lessons.after(sequence)).entries()) {
      for (const taught of toModelLessons(lesson)) teach(student, taught)
      last = lesson.sequence
      if (index % REPLAY_CHUNK === REPLAY_CHUNK - 1) await new Promise((resolve) => setImmediate(resolve))
    }
    return last
  }

  async function step(): Promise<void> {
    const state = await lessons.state()
    if (state.generation !== at.generation) return restore(state)
    if (state.sequence <= at.sequence) return
    const before = at.sequence
    const taught = await lessons.after(before)
    for (const lesson of taught) for (const example of toModelLessons(lesson)) teach(model, example)
    at = { ...at, sequence: Math.max(taught.at(-1)?.sequence ?? 0, state.sequence) }
    if (Math.floor(at.sequence / CHECKPOINT_EVERY) > Math.floor(before / CHECKPOINT_EVERY)) await save()
  }

  async function save(): Promise<void> {
    const state = await lessons.state()
    if (state.generation !== at.generation) return
    await lessons.saveCheckpoint({ base: baseHash, ...at, bytes: serialiseTicketModel(model) }, clock.now())
  }

  function parseOrWarn(bytes: Uint8Array): TicketModel | undefined {
    try {
      return parseTicketModel(bytes)
    } catch (error) {
      log.error({ error: String(error) }, 'learner checkpoint unreadable; replaying all lessons')
      return undefined
    }
  }

  /** One step at a time, in order. */
  function queueStep(): Promise<void> {
    turn = turn.then(step)
    turn = turn.catch((error: unknown) =>
      log.error({ error: String(error) }, 'learner could not follow the log of lessons'),
    )
    return turn
  }

  await restore(await lessons.state())

  return {
    version: () => `${baseHash}.${at.generation}@${at.sequence}`,

    async refresh() {
      const state = await lessons.state()
      const step = queueStep()
      if (state.generation === at.generation) await step
    },

    read: (ticket): Opinion => toOpinion(readTicket(model, ticket)),

    async settled() {
      await queueStep()
    },
  }
}

const toOpinion = (reading: ReturnType<typeof readTicket>): Opinion => ({
  topics: reading.topic,
  intents: reading.intent,
  priorities: reading.priority,
  sentiment: reading.sentiment,
  urgency: reading.urgency,
  because: reading.evidence.map((word) => `“${word}”`),
})

/** Only topic and priority are learned from words; the other parts are counted where they are used. */
function toModelLessons({ teaching, text }: LoggedLesson): readonly ModelLesson[] {
  switch (teaching.part) {
    case 'topic':
      return [{ head: 'topic', label: teaching.label, text, weight: 1 }]
    case 'priority':
      return [{ head: 'priority', label: teaching.label, text, weight: 1 }]
    case 'record':
    case 'capacity':
    case 'owner':
      return []
  }
}
