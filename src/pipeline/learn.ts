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
  const events = await tickets.events(id)
  crashPoint('learn.before-reconcile')
  const { added, forgotten, changed } = await lessons.reconcile(
    id,
    (without) => lessonsOf(ticket, events, without),
    clock.now(),
  )
  crashPoint('learn.after-reconcile')
  if (added + forgotten + changed > 0) {
    log.info({ ticketId: id, added, forgotten, changed }, 'lessons changed')
    await model.refresh()
  }
  await tickets.learned(id, ticket.version)
  const { version } = await tickets.get(id)
  if (version !== ticket.version) await learnFrom(id, tools)
}

/**
 * Un-teaches one event for good, as if that click had never happened: what later events taught because of it changes with
 * it. Returns how many lessons of the event are gone. A model that follows the log does so by itself.
 */
export async function forgetEvent(
  id: TicketId,
  version: number,
  by: string,
  tools: Pick<LearningTools, 'tickets' | 'lessons' | 'clock'>,
): Promise<number> {
  const { tickets, lessons, clock } = tools
  const ticket = await tickets.get(id)
  const events = await tickets.events(id)
  const event = { ticket: id, version, by, at: clock.now() }
  const gone = await lessons.forget(event, (without) => lessonsOf(ticket, events, without))
  const current = await tickets.get(id)
  return current.version === ticket.version ? gone : gone + (await forgetEvent(id, version, by, tools))
}
