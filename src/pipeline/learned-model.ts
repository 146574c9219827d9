import { createHash } from 'node:crypto'
import type { Opinion } from '../core/classification.ts'
import type { LoggedLesson } from '../core/lesson.ts'
import type { Clock, LearnedModel, LearningState, LessonStore, Log } from '../ports.ts'
import {
  cloneTicketModel,
  type ModelLesson,
  parseLessons,
  readTicket,
  serialiseLessons,
  serialiseTicketModel,
  type TicketModel,
  teach,
} from '../text-model/ticket-model.ts'

/** A checkpoint is written every so many lessons, so that a restart or a forgotten lesson replays few. */
const CHECKPOINT_EVERY = 200
/** Lessons replayed before other work gets a turn. */
const REPLAY_CHUNK = 20

export interface FollowingModel extends LearnedModel {
  /** Resolves when no replay is under way and every checkpoint is written. */
  settled(): Promise<void>
}

export interface FollowingTools {
  readonly lessons: LessonStore
  readonly clock: Clock
  readonly log: Log
  /** Lessons about other topics are not taught; all are when left out. */
  readonly topics?: readonly string[]
  /** `serialiseTicketModel(base)`, for those who have it. */
  readonly baseBytes?: Uint8Array
}

/**
 * The learner that follows the log of lessons: base, plus every active lesson in order. When what the log says about the
 * past changes, it replays what came after the last checkpoint before that, in the background; until that is done the old
 * model goes on answering.
 */
export async function followingModel(
  base: TicketModel,
  { lessons, clock, log, topics, baseBytes = serialiseTicketModel(base) }: FollowingTools,
): Promise<FollowingModel> {
  const baseHash = createHash('sha256')
    .update(baseBytes)
    .update(JSON.stringify(topics ?? 'all'))
    .digest('hex')
    .slice(0, 12)
  let model = cloneTicketModel(base)
  let at = { sequence: 0, generation: -1 }
  let turn: Promise<void> = Promise.resolve()
  let saving: Promise<void> = Promise.resolve()

  async function restore(state: LearningState): Promise<void> {
    const saved = await lessons.checkpoint(baseHash)
    const start = saved && parseOrWarn(saved.bytes)
    const fresh = start ?? cloneTicketModel(base)
    const sequence = await replay(fresh, start && saved ? saved.sequence : 0, state)
    model = fresh
    at = { sequence: Math.max(sequence, state.sequence), generation: state.generation }
  }

  /**
   * Teaches the active lessons after `from` and returns the last one taught. A long replay writes a checkpoint halfway,
   * halfway of the rest and so on, and any that is not short one at its end.
   */
  async function replay(student: TicketModel, from: number, { sequence: known, generation }: LearningState) {
    let last = from
    let saved = from
    for (;;) {
      const page = await lessons.after(last, CHECKPOINT_EVERY)
      for (const [index, lesson] of page.entries()) {
        teachLesson(student, lesson)
        if (index % REPLAY_CHUNK === REPLAY_CHUNK - 1) await new Promise((resolve) => setImmediate(resolve))
      }
      last = page.at(-1)?.sequence ?? last
      const isEnd = page.length < CHECKPOINT_EVERY
      if (isEnd ? last - saved >= CHECKPOINT_EVERY : (known - last) * 2 <= known - saved) {
        save(student, { sequence: last, generation })
        saved = last
      }
      if (isEnd) return last
    }
  }

  async function step(): Promise<void> {
    const state = await lessons.state()
    if (state.generation !== at.generation) return restore(state)
    if (state.sequence <= at.sequence) return
    const before = at.sequence
    const following = await lessons.after(before)
    for (const lesson of following) teachLesson(model, lesson)
    at = { ...at, sequence: Math.max(following.at(-1)?.sequence ?? 0, state.sequence) }
    if (Math.floor(at.sequence / CHECKPOINT_EVERY) > Math.floor(before / CHECKPOINT_EVERY)) save(model, at)
  }

  function teachLesson(student: TicketModel, lesson: LoggedLesson): void {
    for (const example of toModelLessons(lesson))
      if (example.head !== 'topic' || !topics || topics.includes(example.label)) teach(student, example)
  }

  /** Nobody waits for it: what is written is the model as it is now. */
  function save(student: TicketModel, { sequence, generation }: LearningState): void {
    const checkpoint = { base: baseHash, sequence, bytes: serialiseLessons(student) }
    saving = saving
      .then(() => lessons.saveCheckpoint(checkpoint, generation, clock.now()))
      .catch((error: unknown) => log.warn({ error: String(error) }, 'learner checkpoint not written'))
  }

  function parseOrWarn(bytes: Uint8Array): TicketModel | undefined {
    try {
      return parseLessons(base, bytes)
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
      await saving
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
