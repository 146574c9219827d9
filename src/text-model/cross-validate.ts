import { type Example, predict, type TrainOptions, train } from './model.ts'
import { seededRandom, shuffled } from './random.ts'

export interface CrossValidation {
  /** Share of examples read right by a model that had not seen them, 0..1. */
  readonly accuracy: number
  /** The same, per label. */
  readonly perLabel: Readonly<Record<string, number>>
  /** What was read wrong, to look at. */
  readonly mistakes: readonly { readonly text: string; readonly label: string; readonly said: string }[]
}

/** Stratified k-fold: every example is read once by a model trained without its fold. */
export function crossValidate(
  examples: readonly Example[],
  { folds = 5, ...options }: TrainOptions & { readonly folds?: number },
): CrossValidation {
  const foldOf = stratify(examples, folds, options.seed)
  const mistakes: { text: string; label: string; said: string }[] = []
  for (let fold = 0; fold < folds; fold++) {
    const model = train(
      examples.filter((_, index) => foldOf[index] !== fold),
      options,
    )
    for (const { text, label, fields } of examples.filter((_, index) => foldOf[index] === fold)) {
      const said = mostProbable(predict(model, text, fields).probabilities)
      if (said !== label) mistakes.push({ text, label, said })
    }
  }
  const labels = [...new Set(examples.map(({ label }) => label))].sort()
  const share = (label: string) => {
    const all = examples.filter((example) => example.label === label).length
    return 1 - mistakes.filter((mistake) => mistake.label === label).length / all
  }
  return {
    accuracy: 1 - mistakes.length / examples.length,
    perLabel: Object.fromEntries(labels.map((label) => [label, share(label)])),
    mistakes,
  }
}

/** The label with the highest probability; of equals the first in the alphabet; '' when there are none. */
export function mostProbable(probabilities: Readonly<Record<string, number>>): string {
  const [best] = Object.entries(probabilities).sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
  return best?.[0] ?? ''
}

function stratify(examples: readonly Example[], folds: number, seed: number): readonly number[] {
  const foldOf = examples.map(() => 0)
  const order = shuffled([...examples.keys()], seededRandom(seed))
  const byLabel = order.sort((a, b) =>
    examples[a]!.label < examples[b]!.label ? -1 : examples[a]!.label > examples[b]!.label ? 1 : 0,
  )
  for (const [place, index] of byLabel.entries()) foldOf[index] = place % folds
  return foldOf
}
