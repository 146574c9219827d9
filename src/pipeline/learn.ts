import type { TicketId } from '../core/ids.ts'
import { lessonsOf } from '../core/lesson.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Clock, LearnedModel, LessonStore, Log, TicketStore } from '../ports.ts'

export interface LearningTools {
  readonly tickets: TicketStore
  readonly lessons: LessonStore
  readonly model: LearnedModel
  readonly clock: Clock
  readonly log: Log
}

/**
 * Makes the log of lessons say what the history of this ticket teaches, then lets the model follow the log. Two of these at
 * once may write in the wrong order; each looks again whether the history it read is still the whole of it.
 */
export async function learnFrom(id: TicketId, tools: LearningTools): Promise<void> {
  const { tickets, lessons, model, clock, log } = tools
  const ticket = await tickets.get(id)
  const taught = lessonsOf(ticket, await tickets.events(id))
  crashPoint('learn.before-reconcile')
  const { added, forgotten } = await lessons.reconcile(id, taught, clock.now())
  crashPoint('learn.after-reconcile')
  if (added + forgotten > 0) {
    log.info({ ticketId: id, added, forgotten }, 'lessons changed')
    await model.refresh()
  }
  const { version } = await tickets.get(id)
  if (version !== ticket.version) await learnFrom(id, tools)
}
