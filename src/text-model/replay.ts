import { cloneTicketModel, type ModelLesson, type TicketModel, teach } from './ticket-model.ts'

/**
 * A copy of `base` that has had these lessons, in order: bit for bit the model that had them live. `from` skips lessons
 * that are in `base` already. Forgetting a lesson is replaying without it.
 */
export function replay(base: TicketModel, lessons: readonly ModelLesson[], from = 0): TicketModel {
  const model = cloneTicketModel(base)
  for (const lesson of lessons.slice(from)) teach(model, lesson)
  return model
}
