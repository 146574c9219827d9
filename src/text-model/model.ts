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
 * Multinomial logistic regression over hashed features in two layers: a base trained once, and what lessons added since.
 * `learn` changes a model in place: clone it to keep the old one. Clones share the base.
 */
export interface TextModel {
  readonly space: FeatureSpace
  readonly base: Base
  /** Those of the base, then those that lessons added. */
  labels: string[]
  lessons: Layer
}

/** Never changes after training. */
interface Base {
  readonly labels: readonly string[]
  readonly bias: Float64Array
  /** Divides the scores before they become probabilities, so that 0.8 is right eight times in ten. */
  readonly temperature: number
  readonly layer: Layer
}

/** One weight per (feature, label), for features somebody has used. */
export interface Layer {
  /** Slot -> row + 1; 0 where the feature has no row. */
  rowOf: Int32Array
  rows: number
  /** Row-major, one value per label. */
  weights: Float32Array
  /** Sums of squared gradients, laid out like `weights` (AdaGrad: Duchi, Hazan & Singer 2011); empty when training is over. */
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

interface Evidence {
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

const EPOCHS = 6
const LEARNING_RATE = 0.5
/** What every feature is taken to have seen before its first gradient: keeps that first step small. */
const FIRST_SQUARES = 0.01
const BIAS_RATE = 0.02
const NEGLIGIBLE = 1e-3
const LESSON_RATE = 0.6
const LESSON_STEPS = 8
/** A lesson stops when the model is this sure of it. */
const LESSON_LEARNT = 0.9
/** Features in this share of the training texts, or more, learn nothing from a lesson: they would move every ticket. */
const COMMON_SHARE = 0.05
/** What lessons add to a score below this is chance resemblance and ignored, so unrelated tickets stay where they are … */
const LESSON_NOISE = 0.55
/** … and what is above it counts this much, beyond this score less and less. */
const LESSON_GAIN = 4
const LESSON_BEND = 5
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
  const { bias, layer } = descend(space, labels, samples, options)
  return modelOf(space, { labels, bias, temperature, layer: { ...layer, squares: new Float32Array(0) } })
}

/** A model that has had no lessons yet. */
const modelOf = (space: FeatureSpace, base: Base): TextModel => ({
  space,
  base,
  labels: [...base.labels],
  lessons: emptyLayer(space),
})

const emptyLayer = ({ bits }: FeatureSpace): Layer => ({
  rowOf: new Int32Array(2 ** bits),
  rows: 0,
  weights: new Float32Array(0),
  squares: new Float32Array(0),
})

export const predict = (model: TextModel, text: string, fields?: Fields): Prediction =>
  predictVector(model, vectorOf(model.space, text, fields))

export const vectorOf = (space: FeatureSpace, text: string, fields?: Fields): FeatureVector =>
  toVector(space, countFeatures(text, fields, space.bits))

export function predictVector(model: TextModel, vector: FeatureVector): Prediction {
  const scores = scoresOf(model, vector)
  return {
    probabilities: toShares(model, scores),
    evidence: explain(model, vector, scores.indexOf(Math.max(...scores))),
  }
}

/** Without the evidence, which costs as much again. */
export const probabilitiesOf = (model: TextModel, vector: FeatureVector): Readonly<Record<string, number>> =>
  toShares(model, scoresOf(model, vector))

function toShares({ labels, base }: TextModel, scores: Float64Array): Readonly<Record<string, number>> {
  const shares = softmax(scores, base.temperature)
  return Object.fromEntries(labels.map((label, index) => [label, shares[index]!]))
}

/**
 * One lesson from one click: AdaGrad steps on this example alone until the model agrees, at most eight. The result depends
 * on the model and the lesson only, so lessons can be replayed. A label nobody has used before is added.
 */
export function learn(model: TextModel, example: Omit<Example, 'weight'>, weight = 1): void {
  learnVector(model, vectorOf(model.space, example.text, example.fields), example.label, weight)
}

export function learnVector(model: TextModel, vector: FeatureVector, label: string, weight: number): void {
  if (!(weight > 0 && weight <= 10))
    throw new RangeError(`The weight of a lesson is above 0 and at most 10, not ${weight}.`)
  const target = labelIndex(model, label)
  const { slots, values } = distinctive(model.space, vector)
  const rows = rowsFor(model.lessons, slots, model.labels.length)
  for (let taken = 0; taken < LESSON_STEPS; taken++) {
    const shares = softmax(scoresOf(model, vector))
    if (shares[target]! >= LESSON_LEARNT) return
    takeStep(model.lessons, rows, values, shares, target, LESSON_RATE * weight)
  }
}

/** The rarer a feature was in training, the more of it a lesson may use: from all of an unseen one to none of a common one. */
function distinctive(
  { documents, frequencies }: FeatureSpace,
  { slots, values }: FeatureVector,
): { slots: Int32Array; values: Float64Array } {
  const common = Math.log(1 + Math.max(COMMON_SHARE * documents, 10))
  const weighed = values.map((value, i) => value * (1 - Math.log(1 + frequencies[slots[i]!]!) / common))
  return { slots: slots.filter((_, i) => weighed[i]! > 0), values: weighed.filter((value) => value > 0) }
}

/** Shares what never changes and copies the rest. */
export const clone = ({ space, base, labels, lessons }: TextModel): TextModel => ({
  space,
  base,
  labels: [...labels],
  lessons: {
    rowOf: lessons.rowOf.slice(),
    rows: lessons.rows,
    weights: lessons.weights.slice(),
    squares: lessons.squares.slice(),
  },
})

/** Each phrase of a description is an example of its own: "refund" should count as much as in a ticket that says just that. */
export const describedExamples = (descriptions: readonly LabelDescription[]): Example[] =>
  descriptions.flatMap(({ label, description }) =>
    [label.replaceAll(/[-_]+/g, ' '), ...description.split(/[,;:.()\n]+/)]
      .filter((phrase) => phrase.trim() !== '')
      .map((text) => ({ label, text })),
  )

function descend(
  space: FeatureSpace,
  labels: readonly string[],
  samples: readonly Sample[],
  { seed, epochs = EPOCHS, learningRate = LEARNING_RATE }: TrainOptions,
): Omit<Base, 'temperature'> {
  const layer = emptyLayer(space)
  const bias = new Float64Array(labels.length)
  const random = seededRandom(seed)
  const prepared = samples.map(({ vector: { slots, values }, label, weight }) => ({
    rows: rowsFor(layer, slots, labels.length),
    values,
    target: labels.indexOf(label),
    weight,
  }))
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { rows, values, target, weight } of shuffled(prepared, random)) {
      const scores = bias.slice()
      addRows(scores, layer.weights, rows, values)
      const shares = softmax(scores)
      takeStep(layer, rows, values, shares, target, learningRate * weight)
      for (const [label, share] of shares.entries())
        bias[label]! += BIAS_RATE * weight * ((label === target ? 1 : 0) - share)
    }
  }
  return { labels, bias, layer }
}

/** One AdaGrad step. Labels that are nearly right already are left alone: most of the time, and most of the weights. */
function takeStep(
  { weights, squares }: Layer,
  rows: Int32Array,
  values: Float64Array,
  shares: Float64Array,
  target: number,
  rate: number,
): void {
  const width = shares.length
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

function addRows(scores: Float64Array, weights: Float32Array, rows: Int32Array, values: Float64Array): void {
  const width = scores.length
  for (let i = 0; i < rows.length; i++) {
    const value = values[i]!
    for (let label = 0, place = rows[i]! * width; label < width; label++, place++)
      scores[label]! += value * weights[place]!
  }
}

function addKnown({ rowOf, weights }: Layer, { slots, values }: FeatureVector, scores: Float64Array): Float64Array {
  const width = scores.length
  for (let i = 0; i < slots.length; i++) {
    const row = rowOf[slots[i]!]!
    if (row === 0) continue
    const value = values[i]!
    for (let label = 0, place = (row - 1) * width; label < width; label++, place++)
      scores[label]! += value * weights[place]!
  }
  return scores
}

const scoreAll = (base: Omit<Base, 'temperature'>, samples: readonly Sample[]) =>
  samples.map(({ vector, label }) => ({ scores: baseScores(base, vector), target: base.labels.indexOf(label) }))

const baseScores = ({ bias, layer }: Omit<Base, 'temperature'>, vector: FeatureVector): Float64Array =>
  addKnown(layer, vector, bias.slice())

/** A label that only lessons know starts as the least likely of all. */
function scoresOf({ base, labels, lessons }: TextModel, vector: FeatureVector): Float64Array {
  const trained = baseScores(base, vector)
  if (lessons.rows === 0 && labels.length === trained.length) return trained
  const scores = new Float64Array(labels.length).fill(trained.length === 0 ? 0 : Math.min(...trained))
  scores.set(trained)
  const added = addKnown(lessons, vector, new Float64Array(labels.length))
  for (let label = 0; label < scores.length; label++) scores[label]! += beyondNoise(added[label]!)
  return scores
}

/** Grows ever slower, but never stops: two labels that are both well taught must still differ. */
function beyondNoise(added: number): number {
  const beyond = LESSON_GAIN * Math.max(0, Math.abs(added) - LESSON_NOISE)
  return Math.sign(added) * LESSON_BEND * Math.log(1 + beyond / LESSON_BEND)
}

function softmax(scores: Float64Array, temperature = 1): Float64Array {
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
function explain(model: TextModel, vector: FeatureVector, top: number): Evidence[] {
  const totals = new Float64Array(vector.terms.length)
  addContributions(totals, model.base.layer, vector, model.base.labels.length, top)
  if (isTaught(model, vector, top)) addContributions(totals, model.lessons, vector, model.labels.length, top)
  return vector.terms
    .map((term, index) => ({ term, weight: totals[index]! }))
    .filter(({ weight }) => weight > 0.01)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, EVIDENCE_SHOWN)
}

const isTaught = ({ lessons, labels }: TextModel, vector: FeatureVector, label: number): boolean =>
  lessons.rows > 0 && beyondNoise(addKnown(lessons, vector, new Float64Array(labels.length))[label]!) > 0

function addContributions(
  totals: Float64Array,
  { rowOf, weights }: Layer,
  { slots, values, origins }: FeatureVector,
  width: number,
  top: number,
): void {
  if (top >= width || width < 2) return
  for (let i = 0; i < slots.length; i++) {
    const row = rowOf[slots[i]!]!
    if (row === 0) continue
    const start = (row - 1) * width
    let sum = 0
    for (let label = 0; label < width; label++) sum += weights[start + label]!
    totals[origins[i]!]! += values[i]! * (weights[start + top]! - sum / width)
  }
}

function rowsFor(layer: Layer, slots: Int32Array, width: number): Int32Array {
  const rows = new Int32Array(slots.length)
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    if (layer.rowOf[slot] === 0) {
      layer.rows++
      layer.rowOf[slot] = layer.rows
    }
    rows[i] = layer.rowOf[slot]! - 1
  }
  const needed = layer.rows * width
  if (needed > layer.weights.length) {
    const capacity = Math.ceil(needed * 1.25)
    layer.weights = grown(layer.weights, capacity)
    layer.squares = grown(layer.squares, capacity)
  }
  return rows
}

function labelIndex(model: TextModel, label: string): number {
  const known = model.labels.indexOf(label)
  if (known >= 0) return known
  const { lessons, labels } = model
  lessons.weights = widened(lessons.weights, lessons.rows, labels.length)
  lessons.squares = widened(lessons.squares, lessons.rows, labels.length)
  return labels.push(label) - 1
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
