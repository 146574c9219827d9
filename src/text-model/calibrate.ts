import { seededRandom, shuffled } from './random.ts'

/** Every fifth example of each label with at least five, chosen by the seed alone. */
export function holdOut<T extends { readonly label: string; readonly isPseudo?: boolean }>(
  samples: readonly T[],
  seed: number,
): { readonly kept: readonly T[]; readonly held: readonly T[] } {
  const held = new Set<T>()
  const seen = new Map<string, number>()
  for (const sample of shuffled(samples, seededRandom(seed ^ 0x5eed))) {
    if (sample.isPseudo) continue
    const count = (seen.get(sample.label) ?? 0) + 1
    seen.set(sample.label, count)
    if (count % 5 === 0) held.add(sample)
  }
  return { kept: samples.filter((sample) => !held.has(sample)), held: [...held] }
}

interface Scored {
  readonly scores: Float64Array
  readonly target: number
}

/** The temperature (Guo et al. 2017) with the least log loss on examples the model has not seen, between 0.2 and 5. */
export function fitTemperature(held: readonly Scored[]): number {
  let low = Math.log(0.2)
  let high = Math.log(5)
  for (let step = 0; step < 40; step++) {
    const third = (high - low) / 3
    if (logLoss(held, Math.exp(low + third)) < logLoss(held, Math.exp(high - third))) high -= third
    else low += third
  }
  return Math.exp((low + high) / 2)
}

function logLoss(held: readonly Scored[], temperature: number): number {
  let loss = 0
  for (const { scores, target } of held) {
    const highest = Math.max(...scores)
    let total = 0
    for (const score of scores) total += Math.exp((score - highest) / temperature)
    loss += Math.log(total) - (scores[target]! - highest) / temperature
  }
  return loss
}
