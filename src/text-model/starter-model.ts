import { type CorpusExample, type TicketModel, trainTicketModel } from './ticket-model.ts'

export interface StarterTopic {
  readonly id: string
  readonly name: string
  readonly description: string
}

const SEED = 1

/**
 * The learner before its first lesson: it knows these topics by their descriptions and by the examples about them. What a
 * ticket wants and how urgent it is reads the same everywhere, so that is learned from all examples. Without topics: from
 * those of the corpus. Takes 1–2 s.
 */
export function starterModel(corpus: readonly CorpusExample[], topics: readonly StarterTopic[]): TicketModel {
  const known = new Set(topics.map(({ id }) => id))
  const examples = corpus.map(({ topic, ...rest }) =>
    topic !== undefined && (known.size === 0 || known.has(topic)) ? { ...rest, topic } : rest,
  )
  const described = topics.map(({ id, name, description }) => ({ label: id, description: `${name}. ${description}` }))
  return trainTicketModel(examples, described, { seed: SEED })
}
