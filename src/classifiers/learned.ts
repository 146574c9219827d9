import { textOf } from '../core/ticket.ts'
import type { Classifier, LearnedModel } from '../ports.ts'

/** What the embedded learner reads in the words. It always has an opinion; how sure it is, the numbers say. */
export const learned = (model: Pick<LearnedModel, 'read'>): Classifier => ({
  id: 'learned',
  slow: false,
  classify: async (ticket) => model.read({ text: textOf(ticket), fields: ticket.fields }),
})
