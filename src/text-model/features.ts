import { isDenseScript, isWord, tokenise } from './tokens.ts'

/** Non-text facts about a ticket (`source: 'form'`, `product: 'api'`); each becomes the feature `field:value`. */
export type Fields = Readonly<Record<string, string>>

/** What a text contains, before it is known how common each feature is. */
export interface FeatureCounts {
  readonly slots: Int32Array
  readonly counts: Int32Array
  /** Index into `BLOCK_WEIGHTS`, per feature. */
  readonly blocks: Uint8Array
  /** Index into `terms`, per feature: the word a person would recognise it by. */
  readonly origins: Int32Array
  readonly terms: readonly string[]
}

/** How common every feature was in the training texts. Never changes after training, so lessons can be replayed. */
export interface FeatureSpace {
  /** There are 2^bits slots. */
  readonly bits: number
  readonly documents: number
  /** In how many training texts each slot occurred. */
  readonly frequencies: Uint32Array
}

export interface FeatureVector {
  readonly slots: Int32Array
  readonly values: Float64Array
  readonly origins: Int32Array
  readonly terms: readonly string[]
}

const WORDS = 0
const CHARACTERS = 1
const FIELDS = 2
const BLOCK_WEIGHTS = [1, 1, 0.5] as const
const WORD_SEED = 0x811c9dc5
const PAIR_SEED = 0x2b5a_77d1
const CHARACTER_SEED = 0x5bd1_e995
const FIELD_SEED = 0x1b87_3593

/** Word 1–2-grams, character 3–5-grams inside word boundaries and fields, hashed into 2^bits slots. */
export function countFeatures(text: string, fields: Fields = {}, bits = 17): FeatureCounts {
  const tokens = tokenise(text)
  const features = featureTable(bits, tokens)
  for (const [index, token] of tokens.entries()) {
    const origin = features.term(token)
    features.add(hashText(WORD_SEED, token), WORDS, origin)
    if (isWord(token)) addCharacters(features, token, origin)
    const next = tokens[index + 1]
    if (next !== undefined)
      features.add(hashText(PAIR_SEED, `${token} ${next}`), WORDS, features.term(`${token} ${next}`))
  }
  for (const [name, value] of Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const term = `${name}:${value.trim().toLowerCase()}`
    features.add(hashText(FIELD_SEED, term), FIELDS, features.term(term))
  }
  return features.finish()
}

/** Learns how common each feature is. With no texts at all every feature counts the same. */
export function featureSpace(texts: readonly FeatureCounts[], bits = 17): FeatureSpace {
  const frequencies = new Uint32Array(2 ** bits)
  for (const { slots } of texts) for (const slot of slots) frequencies[slot]! += 1
  return { bits, documents: texts.length, frequencies }
}

/** Sublinear term frequency × smooth inverse document frequency; each block brought to its own fixed length. */
export function toVector(space: FeatureSpace, { slots, counts, blocks, origins, terms }: FeatureCounts): FeatureVector {
  const values = new Float64Array(slots.length)
  const squares = [0, 0, 0]
  for (let i = 0; i < slots.length; i++) {
    const idf = 1 + Math.log((1 + space.documents) / (1 + space.frequencies[slots[i]!]!))
    const value = (1 + Math.log(counts[i]!)) * idf
    values[i] = value
    squares[blocks[i]!]! += value * value
  }
  const scales = squares.map((square, block) => (square > 0 ? BLOCK_WEIGHTS[block]! / Math.sqrt(square) : 0))
  for (let i = 0; i < values.length; i++) values[i]! *= scales[blocks[i]!]!
  return { slots, values, origins, terms }
}

interface FeatureTable {
  term(text: string): number
  add(hash: number, block: number, origin: number): void
  finish(): FeatureCounts
}

function addCharacters(features: FeatureTable, word: string, origin: number): void {
  const [shortest, longest] = isDenseScript(word) ? [1, 3] : [3, 5]
  const framed = shortest === 1 ? word : ` ${word} `
  for (let start = 0; start < framed.length; start++) {
    let hash = CHARACTER_SEED
    for (let end = start; end < framed.length && end < start + longest; end++) {
      hash = step(hash, framed.charCodeAt(end))
      if (end - start + 1 >= shortest) features.add(hash, CHARACTERS, origin)
    }
  }
}

/** A hash table over typed arrays: the one place where every character of every ticket passes. */
function featureTable(bits: number, tokens: readonly string[]): FeatureTable {
  const most = tokens.reduce((sum, token) => sum + 2 + 3 * (token.length + 2), 64)
  const mask = 2 ** Math.ceil(Math.log2(most * 2)) - 1
  const table = new Int32Array(mask + 1)
  const slots: number[] = []
  const counts: number[] = []
  const blocks: number[] = []
  const origins: number[] = []
  const terms: string[] = []
  const termIndex = new Map<string, number>()
  return {
    term(text) {
      const known = termIndex.get(text)
      if (known !== undefined) return known
      termIndex.set(text, terms.length)
      return terms.push(text) - 1
    },
    add(hash, block, origin) {
      const slot = mixed(hash) >>> (32 - bits)
      let place = slot & mask
      for (;;) {
        const position = table[place]!
        if (position === 0) break
        if (slots[position - 1] === slot) {
          counts[position - 1]! += 1
          return
        }
        place = (place + 1) & mask
      }
      table[place] = slots.push(slot)
      counts.push(1)
      blocks.push(block)
      origins.push(origin)
    },
    finish: () => ({
      slots: Int32Array.from(slots),
      counts: Int32Array.from(counts),
      blocks: Uint8Array.from(blocks),
      origins: Int32Array.from(origins),
      terms,
    }),
  }
}

const step = (hash: number, unit: number) => Math.imul(hash ^ unit, 0x01000193)

function hashText(seed: number, text: string): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i))
  return hash
}

/** FNV-1a leaves its high bits poor; the finisher of MurmurHash3 spreads them. */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
