import type { Classifier, LearnedModel } from '../ports.ts'
import { type LanguageModelSettings, type LanguageModelTools, languageModel } from './language-model.ts'
import { learned } from './learned.ts'
import { rules } from './rules.ts'

export { LanguageModelSettings } from './language-model.ts'
export { ruleFaults } from './rules.ts'

/** The voices in the order they are listed on a card. The language model is there only when its settings name one. */
export function classifiers(
  settings: LanguageModelSettings,
  tools: LanguageModelTools & { readonly model: Pick<LearnedModel, 'read'> },
): readonly Classifier[] {
  const model = languageModel(settings, tools)
  return [rules(), learned(tools.model), ...(model ? [model] : [])]
}
