import { type StarterTopic, starterModel } from '../text-model/starter-model.ts'
import { type CorpusExample, serialiseTicketModel } from '../text-model/ticket-model.ts'

/** What `learner` sends this process once, and what comes back once. */
export interface TrainingOrder {
  readonly corpus: readonly CorpusExample[]
  readonly topics: readonly StarterTopic[]
}
export type TrainingAnswer = { readonly bytes: Uint8Array } | { readonly why: string }

process.once('message', (order: TrainingOrder) => process.send?.(answerTo(order), () => process.disconnect()))

function answerTo({ corpus, topics }: TrainingOrder): TrainingAnswer {
  try {
    return { bytes: serialiseTicketModel(starterModel(corpus, topics)) }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}
