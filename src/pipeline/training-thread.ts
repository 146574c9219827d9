import { parentPort, workerData } from 'node:worker_threads'
import { type StarterTopic, starterModel } from '../text-model/starter-model.ts'
import { type CorpusExample, serialiseTicketModel } from '../text-model/ticket-model.ts'

/** What `learner` starts this thread with; it answers with the bytes of the trained model and ends. */
export interface TrainingOrder {
  readonly corpus: readonly CorpusExample[]
  readonly topics: readonly StarterTopic[]
}

const { corpus, topics } = workerData as TrainingOrder
const bytes = serialiseTicketModel(starterModel(corpus, topics))
parentPort?.postMessage(bytes, [bytes.buffer as ArrayBuffer])
