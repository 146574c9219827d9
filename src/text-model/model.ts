import { fitTemperature, holdOut } from './calibrate.ts'
import {
  countFeatures,
  type FeatureSpace,
  type FeatureVector,
  type Fields,
  featureSpace,
  toVector,
} from './features.ts'
import { seededRandom, shuffled } from './random.ts'

/**
 * Multinomial logistic regression over hashed features, one AdaGrad rate per (feature, class) (Duchi, Hazan & Singer
 * 2011). Rows exist only for features somebody has used. `learn` changes a model in place: clone it to keep the old one.
 */
export interface TextModel {
  readonly space: FeatureSpace
  labels: string[]
  bias: Float64Array
  /** Divides the scores before they become probabilities, so that 0.8 is right eight times in ten. */
  temperature: number
  /** Slot -> row + 1; 0 where the feature has no row yet. */
  rowOf: Int32Array
  rows: number
  /** Row-major, `labels.length` values a row. */
  weights: Float32Array
  /** Sums of squared gradients, laid out like `weights`. */
  squares: Float32Array
}

export interface Example {
  readonly text: string
  readonly label: string
  readonly fields?: Fields
  /** How much it counts beside the others; 1 when left out. */
  readonly weight?: number
}

/** The name and description of a label, read like an example before (and beside) any real one. */
export interface LabelDescription {
  readonly label: string
  readonly description: string
}

export interface TrainOptions {
  readonly seed: number
  readonly epochs?: number
  readonly learningRate?: number
  readonly descriptions?: readonly LabelDescription[]
}

export interface Evidence {
  readonly term: string
  /** How far it moved the score of the most probable label above the average label. */
  readonly weight: number
}

export interface Prediction {
  readonly probabilities: Readonly<Record<string, number>>
  /** The terms that spoke most for the most probable label, strongest first. */
  readonly evidence: readonly Evidence[]
}

export interface Sample {
  readonly vector: FeatureVector
  readonly label: string
  readonly weight: number
  /** Made from a label's description: never held out. */
  readonly isPseudo?: boolean
}

const EPOCHS = 12
const LEARNING_RATE = 0.5
/** What every feature is taken to have seen before its first gradient: keeps that first step small. */
const FIRST_SQUARES = 0.01
const NEGLIGIBLE = 1e-3
const DESCRIPTION_WEIGHT = 0.5
const LESSON_RATE = 0.3
const LESSON_STEPS = 4
/** A lesson stops when the model is this sure of it. */
const LESSON_LEARNT = 0.9
const EVIDENCE_SHOWN = 6

/** The same examples, options and seed give the same model, bit for bit. */
export function train(examples: readonly Example[], options: TrainOptions): TextModel {
  const described = describedExamples(options.descriptions ?? [])
  const counted = [...examples, ...described].map(({ text, fields }) => countFeatures(text, fields))
  const space = featureSpace(counted)
  const samples = [...examples, ...described].map(
    ({ label, weight }, index): Sample => ({
      vector: toVector(space, counted[index]!),
      label,
      weight: weight ?? 1,
      isPseudo: index >= examples.length,
    }),
  )
  return fitModel(space, samples, options)
}

/** Trains on vectors of one feature space: first on all but a hold-out, to calibrate, then on everything. */
export function fitModel(space: FeatureSpace, samples: readonly Sample[], options: TrainOptions): TextModel {
  const labels = [...new Set(samples.map(({ label }) => label))].sort()
  const { kept, held } = holdOut(samples, options.seed)
  const temperature = held.length < 20 ? 1 : fitTemperature(scoreAll(descend(space, labels, kept, options), held))
  const model = descend(space, labels, samples, options)
  model.temperature = temperature
  return model
}

export function emptyModel(space: FeatureSpace, labels: readonly string[], rowCapacity = 0): TextModel {
  return {
    space,
    labels: [...labels],
    bias: new Float64Array(labels.length),
    temperature: 1,
    rowOf: new Int32Array(2 ** space.bits),
    rows: 0,
    weights: new Float32Array(rowCapacity * labels.length),
    squares: new Float32Array(rowCapacity * labels.length),
  }
}

export const predict = (model: TextModel, text: string, fields?: Fields): Prediction =>
  predictVector(model, vectorOf(model.space, text, fields))

export const vectorOf = (space: FeatureSpace, text: string, fields?: Fields): FeatureVector =>
  toVector(space, countFeatures(text, fields, space.bits))

export function predictVector(model: TextModel, vector: FeatureVector): Prediction {
  const scores = scoresOf(model, vector)
  const shares = softmax(scores, model.temperature)
  return {
    probabilities: Object.fromEntries(model.labels.map((label, index) => [label, shares[index]!])),
    evidence: explain(model, vector, scores.indexOf(Math.max(...scores))),
  }
}

/**
 * One lesson from one click: a few AdaGrad steps on this example alone, fewer once the model agrees. The result depends on
 * the model and the lesson only, so lessons can be replayed. A label nobody has used before is added.
 */
export function learn(model: TextModel, example: Omit<Example, 'weight'>, weight = 1): void {
  learnVector(model, vectorOf(model.space, example.text, example.fields), example.label, weight)
}

export function learnVector(model: TextModel, vector: FeatureVector, label: string, weight: number): void {
  if (!(weight > 0 && weight <= 10))
    throw new RangeError(`The weight of a lesson is above 0 and at most 10, not ${weight}.`)
  const target = labelIndex(model, label)
  const rows = rowsFor(model, vector)
  for (let taken = 0; taken < LESSON_STEPS; taken++) {
    const shares = softmax(scoresOf(model, vector))
    if (shares[target]! >= LESSON_LEARNT) return
    takeStep(model, rows, vector.values, shares, target, LESSON_RATE * weight)
  }
}

/** Shares the feature space, which never changes, and copies the rest. */
export const clone = (model: TextModel): TextModel => ({
  ...model,
  labels: [...model.labels],
  bias: model.bias.slice(),
  rowOf: model.rowOf.slice(),
  weights: model.weights.slice(),
  squares: model.squares.slice(),
})

export const describedExamples = (descriptions: readonly LabelDescription[]): Example[] =>
  descriptions.map(({ label, description }) => ({
    label,
    text: `${label.replaceAll(/[-_]+/g, ' ')}\n${description}`,
    weight: DESCRIPTION_WEIGHT,
  }))

function descend(
  space: FeatureSpace,
  labels: readonly string[],
  samples: readonly Sample[],
  { seed, epochs = EPOCHS, learningRate = LEARNING_RATE }: TrainOptions,
): TextModel {
  const model = emptyModel(space, labels)
  const random = seededRandom(seed)
  const prepared = samples.map(({ vector, label, weight }) => ({
    rows: rowsFor(model, vector),
    values: vector.values,
    target: labels.indexOf(label),
    weight,
  }))
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { rows, values, target, weight } of shuffled(prepared, random)) {
      const shares = softmax(scoresOfRows(model, rows, values))
      takeStep(model, rows, values, shares, target, learningRate * weight)
      for (const [label, share] of shares.entries())
        model.bias[label]! += 0.02 * weight * ((label === target ? 1 : 0) - share)
    }
  }
  return model
}

/** One AdaGrad step. Classes that are nearly right already are left alone: most of the time, and most of the weights. */
function takeStep(
  { weights, squares, labels }: TextModel,
  rows: Int32Array,
  values: Float64Array,
  shares: Float64Array,
  target: number,
  rate: number,
): void {
  const width = labels.length
  for (let label = 0; label < width; label++) {
    const error = shares[label]! - (label === target ? 1 : 0)
    if (Math.abs(error) < NEGLIGIBLE) continue
    for (let i = 0; i < rows.length; i++) {
      const place = rows[i]! * width + label
      const gradient = error * values[i]!
      const square = squares[place]! + gradient * gradient
      squares[place] = square
      weights[place]! -= (rate * gradient) / Math.sqrt(FIRST_SQUARES + square)
    }
  }
}

function scoreAll(model: TextModel, samples: readonly Sample[]): { scores: Float64Array; target: number }[] {
  return samples.map(({ vector, label }) => ({ scores: scoresOf(model, vector), target: model.labels.indexOf(label) }))
}

function scoresOf({ rowOf, weights, labels, bias }: TextModel, { slots, values }: FeatureVector): Float64Array {
  const scores = bias.slice()
  const width = labels.length
  for (let i = 0; i < slots.length; i++) {
    const row = rowOf[slots[i]!]!
    if (row === 0) continue
    const value = values[i]!
    for (let label = 0, place = (row - 1) * width; label < width; label++, place++)
      scores[label]! += value * weights[place]!
  }
  return scores
}

function scoresOfRows({ weights, labels, bias }: TextModel, rows: Int32Array, values: Float64Array): Float64Array {
  const scores = bias.slice()
  const width = labels.length
  for (let i = 0; i < rows.length; i++) {
    const value = values[i]!
    for (let label = 0, place = rows[i]! * width; label < width; label++, place++)
      scores[label]! += value * weights[place]!
  }
  return scores
}

export function softmax(scores: Float64Array, temperature = 1): Float64Array {
  const shares = new Float64Array(scores.length)
  let highest = Number.NEGATIVE_INFINITY
  for (const score of scores) highest = Math.max(highest, score)
  let total = 0
  for (let label = 0; label < scores.length; label++) {
    shares[label] = Math.exp((scores[label]! - highest) / temperature)
    total += shares[label]!
  }
  for (let label = 0; label < scores.length; label++) shares[label]! /= total
  return shares
}

/** Character n-grams count for the word they were first seen in. */
function explain(model: TextModel, { slots, values, origins, terms }: FeatureVector, top: number): Evidence[] {
  const width = model.labels.length
  if (width < 2) return []
  const totals = new Float64Array(terms.length)
  for (let i = 0; i < slots.length; i++) {
    const row = model.rowOf[slots[i]!]!
    if (row === 0) continue
    const start = (row - 1) * width
    let sum = 0
    for (let label = 0; label < width; label++) sum += model.weights[start + label]!
    totals[origins[i]!]! += values[i]! * (model.weights[start + top]! - sum / width)
  }
  return terms
    .map((term, index) => ({ term, weight: totals[index]! }))
    .filter(({ weight }) => weight > 0.01)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, EVIDENCE_SHOWN)
}

function rowsFor(model: TextModel, { slots }: FeatureVector): Int32Array {
  const rows = new Int32Array(slots.length)
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    if (model.rowOf[slot] === 0) {
      model.rows++
      model.rowOf[slot] = model.rows
    }
    rows[i] = model.rowOf[slot]! - 1
  }
  const needed = model.rows * model.labels.length
  if (needed > model.weights.length) {
    const capacity = Math.ceil(needed * 1.25)
    model.weights = grown(model.weights, capacity)
    model.squares = grown(model.squares, capacity)
  }
  return rows
}

function labelIndex(model: TextModel, label: string): number {
  const known = model.labels.indexOf(label)
  if (known >= 0) return known
  const width = model.labels.length
  model.weights = widened(model.weights, model.rows, width)
  model.squares = widened(model.squares, model.rows, width)
  model.bias = Float64Array.from([...model.bias, 0])
  return model.labels.push(label) - 1
}

function grown(values: Float32Array, capacity: number): Float32Array {
  const result = new Float32Array(capacity)
  result.set(values)
  return result
}

function widened(values: Float32Array, rows: number, width: number): Float32Array {
  const result = new Float32Array(rows * (width + 1))
  for (let row = 0; row < rows; row++) result.set(values.subarray(row * width, (row + 1) * width), row * (width + 1))
  return result
}
