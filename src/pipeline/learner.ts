import { fork } from 'node:child_process'
import type { Clock, LessonStore, Log, PolicyStore } from '../ports.ts'
import type { StarterTopic } from '../text-model/starter-model.ts'
import { type CorpusExample, parseTicketModel } from '../text-model/ticket-model.ts'
import { type FollowingModel, followingModel } from './learned-model.ts'
import type { TrainingAnswer, TrainingOrder } from './training-process.ts'

export interface LearnerTools {
  readonly policies: Pick<PolicyStore, 'current'>
  readonly lessons: LessonStore
  readonly clock: Clock
  readonly log: Log
  /** Reads the labelled tickets to start from; asked once per training. */
  readonly corpus: () => readonly CorpusExample[]
  /** Resolves with the bytes of the trained model; in a process of its own when left out. */
  readonly train?: (order: TrainingOrder) => Promise<Uint8Array>
}

interface Learned {
  /** The topics it was trained for, as JSON. */
  readonly topics: string
  readonly model: FollowingModel
}

/**
 * The learner of the current policy's topics. The first one is waited for; when an import changed the topics, a new one is
 * trained while the old one goes on answering. What failed is tried again at the next call.
 */
export function learner(tools: LearnerTools): () => Promise<FollowingModel> {
  let ready: Learned | undefined
  let coming: { readonly topics: string; readonly model: Promise<FollowingModel> } | undefined

  function prepare(name: string, topics: readonly StarterTopic[]): Promise<FollowingModel> {
    const model = trained(topics, tools)
    const mine = { topics: name, model }
    coming = mine
    void model.then(
      (made) => {
        if (coming !== mine) return
        ready = { topics: name, model: made }
        coming = undefined
      },
      (error: unknown) => {
        if (coming === mine) coming = undefined
        if (ready) tools.log.error({ error: String(error) }, 'learner not trained for the changed topics')
      },
    )
    return model
  }

  return async () => {
    const topics = (await tools.policies.current())?.topics ?? []
    const name = JSON.stringify(topics)
    if (ready?.topics === name) {
      coming = undefined
      return ready.model
    }
    const model = coming?.topics === name ? coming.model : prepare(name, topics)
    return ready?.model ?? model
  }
}

async function trained(
  topics: readonly StarterTopic[],
  { lessons, clock, log, corpus, train = trainApart }: LearnerTools,
): Promise<FollowingModel> {
  const baseBytes = await train({ corpus: corpus(), topics })
  const known = topics.length === 0 ? {} : { topics: topics.map(({ id }) => id) }
  return followingModel(parseTicketModel(baseBytes), { lessons, clock, log, baseBytes, ...known })
}

/**
 * Training keeps a processor busy for a second or two, and clicks must not wait for it. It needs 100 MB on the way, which a
 * process gives back when it ends and a thread does not.
 */
function trainApart(order: TrainingOrder): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const trainer = fork(new URL('./training-process.ts', import.meta.url), {
      execArgv: [],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const fail = (why: string) => reject(new Error(`The learner was not trained: ${why}`))
    trainer.once('message', (answer: TrainingAnswer) => ('bytes' in answer ? resolve(answer.bytes) : fail(answer.why)))
    trainer.once('error', (error) => fail(error.message))
    // Not at its exit: the answer may still be on its way then.
    trainer.once('disconnect', () => fail('its process ended early.'))
    trainer.send(order)
  })
}
