import { CheckpointError, readCheckpoint, readLessons, writeCheckpoint, writeLessons } from './checkpoint.ts'
import { countFeatures, type FeatureSpace, type Fields, featureSpace, toVector } from './features.ts'
import {
  clone,
  describedExamples,
  fitModel,
  type LabelDescription,
  learnVector,
  predictVector,
  probabilitiesOf,
  type Sample,
  type TextModel,
  type TrainOptions,
  vectorOf,
} from './model.ts'

export const HEADS = ['topic', 'intent', 'priority', 'sentiment', 'urgency'] as const
type HeadName = (typeof HEADS)[number]

/** Everything the learner reads in a ticket: one head per question, all on the same features. */
export interface TicketModel {
  readonly space: FeatureSpace
  readonly heads: Readonly<Record<HeadName, TextModel>>
}

/** One labelled ticket to start from, as a line of the starter corpus. What is left out teaches nothing about it. */
export interface CorpusExample {
  readonly text: string
  readonly topic?: string
  readonly intent?: string
  readonly priority?: string
  /** -1 (furious) to 1 (delighted). */
  readonly sentiment?: number
  /** 0 (whenever) to 1 (now). */
  readonly urgency?: number
  readonly fields?: Fields
}

/** What one click teaches: for this text, this head should have said this label. */
export interface ModelLesson {
  readonly head: HeadName
  readonly label: string
  readonly text: string
  readonly fields?: Fields
  /** Above 0, at most 10; 1 is an ordinary click. */
  readonly weight: number
}

/** Subject, blank line, body: the same text that lessons carry. */
export interface TicketText {
  readonly text: string
  readonly fields?: Fields
}

export interface Reading {
  readonly topic: Readonly<Record<string, number>>
  readonly intent: Readonly<Record<string, number>>
  readonly priority: Readonly<Record<string, number>>
  /** -1 (furious) to 1 (delighted). */
  readonly sentiment: number
  /** 0 (whenever) to 1 (now). */
  readonly urgency: number
  /** The words that spoke most for the topic, strongest first. */
  readonly evidence: readonly string[]
}

/** The buckets of the two heads that answer with a number, and the number each stands for. */
const SENTIMENT_CENTRES = { negative: -0.65, neutral: 0, positive: 0.65 } as const
const URGENCY_CENTRES = { low: 0.15, medium: 0.5, high: 0.9 } as const

const sentimentBucket = (sentiment: number): keyof typeof SENTIMENT_CENTRES =>
  sentiment < -0.25 ? 'negative' : sentiment > 0.25 ? 'positive' : 'neutral'

const urgencyBucket = (urgency: number): keyof typeof URGENCY_CENTRES =>
  urgency < 1 / 3 ? 'low' : urgency < 2 / 3 ? 'medium' : 'high'

/** `topics` are the names and descriptions of the topics: all there is to go by before the first ticket. */
export function trainTicketModel(
  corpus: readonly CorpusExample[],
  topics: readonly LabelDescription[],
  options: Omit<TrainOptions, 'descriptions'>,
): TicketModel {
  const described = describedExamples(topics)
  const counted = [...corpus, ...described].map(({ text, fields }) => countFeatures(text, fields))
  const space = featureSpace(counted)
  const vectors = counted.map((features) => toVector(space, features))
  const samplesOf = (read: (example: CorpusExample) => string | undefined): Sample[] =>
    corpus.flatMap((example, index) => {
      const label = read(example)
      return label === undefined ? [] : [{ vector: vectors[index]!, label, weight: 1 }]
    })
  const pseudo = described.map(
    ({ label, weight }, index): Sample => ({
      vector: vectors[corpus.length + index]!,
      label,
      weight: weight ?? 1,
      isPseudo: true,
    }),
  )
  return {
    space,
    heads: {
      topic: fitModel(space, [...samplesOf(({ topic }) => topic), ...pseudo], options),
      intent: fitModel(space, balanced(samplesOf(({ intent }) => intent)), options),
      priority: fitModel(space, balanced(samplesOf(({ priority }) => priority)), options),
      sentiment: fitModel(space, balanced(samplesOf(({ sentiment }) => bucket(sentiment, sentimentBucket))), options),
      urgency: fitModel(space, balanced(samplesOf(({ urgency }) => bucket(urgency, urgencyBucket))), options),
    },
  }
}

export function readTicket(model: TicketModel, ticket: TicketText): Reading {
  const vector = vectorOf(model.space, ticket.text, ticket.fields)
  const { probabilities, evidence } = predictVector(model.heads.topic, vector)
  const sharesOf = (head: HeadName) => probabilitiesOf(model.heads[head], vector)
  return {
    topic: probabilities,
    intent: sharesOf('intent'),
    priority: sharesOf('priority'),
    sentiment: expected(sharesOf('sentiment'), SENTIMENT_CENTRES),
    urgency: expected(sharesOf('urgency'), URGENCY_CENTRES),
    evidence: evidence.map(({ term }) => term),
  }
}

/** Changes the model in place, one head only: what the click did not correct stays as it was. */
export function teach(model: TicketModel, { head, label, text, fields, weight }: ModelLesson): void {
  learnVector(model.heads[head], vectorOf(model.space, text, fields), label, weight)
}

export const cloneTicketModel = ({ space, heads }: TicketModel): TicketModel => ({
  space,
  heads: {
    topic: clone(heads.topic),
    intent: clone(heads.intent),
    priority: clone(heads.priority),
    sentiment: clone(heads.sentiment),
    urgency: clone(heads.urgency),
  },
})

export const serialiseTicketModel = ({ space, heads }: TicketModel): Uint8Array => writeCheckpoint(space, heads)

/** Throws a CheckpointError that says what is wrong with the file. */
export function parseTicketModel(file: Uint8Array): TicketModel {
  const { space, heads } = readCheckpoint(file)
  return { space, heads: allOf(heads) }
}

/** Only what the lessons of this model added to its base; `parseLessons` puts both together again. */
export const serialiseLessons = ({ heads }: TicketModel): Uint8Array => writeLessons(heads)

/** A model on `base`, which stays as it is. Throws a CheckpointError that says what is wrong with the file. */
export const parseLessons = (base: TicketModel, file: Uint8Array): TicketModel => ({
  space: base.space,
  heads: allOf(readLessons(file, base.heads)),
})

function allOf(heads: Readonly<Record<string, TextModel>>): TicketModel['heads'] {
  const head = (name: HeadName): TextModel => {
    const model = heads[name]
    if (!model)
      throw new CheckpointError(`The model file does not say how to read the ${name} of a ticket. Train a new one.`)
    return model
  }
  return {
    topic: head('topic'),
    intent: head('intent'),
    priority: head('priority'),
    sentiment: head('sentiment'),
    urgency: head('urgency'),
  }
}

/** Rare labels count more, by the square root of how rare: otherwise hardly any ticket would ever be read as P1. */
function balanced(samples: readonly Sample[]): Sample[] {
  const counts = new Map<string, number>()
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1)
  const even = samples.length / counts.size
  return samples.map((sample) => ({ ...sample, weight: Math.sqrt(even / counts.get(sample.label)!) }))
}

const bucket = (value: number | undefined, name: (value: number) => string) =>
  value === undefined ? undefined : name(value)

/** Buckets without a centre (a label somebody added online) say nothing about the number. */
function expected(shares: Readonly<Record<string, number>>, centres: Readonly<Record<string, number>>): number {
  const known = Object.entries(shares).filter(([name]) => centres[name] !== undefined)
  const total = known.reduce((sum, [, share]) => sum + share, 0)
  if (total === 0) return Object.values(centres).sort((a, b) => a - b)[1] ?? 0
  return known.reduce((sum, [name, share]) => sum + share * centres[name]!, 0) / total
}
