import { taught } from '../core/explain.ts'
import { personId } from '../core/ids.ts'
import type { LoggedLesson } from '../core/lesson.ts'
import { RejectedError } from '../errors.ts'
import { forgetEvent } from '../pipeline/learn.ts'
import type { Clock, LessonStore, TicketStore } from '../ports.ts'
import { type Output, table } from './output.ts'

interface LearnTools {
  readonly lessons: LessonStore
  readonly tickets: TicketStore
  readonly clock: Clock
}

/** `waybill learn list`: what clicks taught, newest first. */
export async function listLessons(
  { lessons, tickets }: LearnTools,
  { limit, json }: { readonly limit: number; readonly json: boolean },
  { out }: Output,
): Promise<void> {
  const logged = await lessons.list(limit)
  const named = await Promise.all(
    logged.map(async (lesson) => ({
      lesson,
      event: `${(await tickets.get(lesson.ticketId)).number}/${lesson.eventVersion}`,
    })),
  )
  if (json) {
    for (const { lesson, event } of named) {
      const { sequence, at, by, teaching, forgotten, forgottenBy, forgottenAt } = lesson
      out(JSON.stringify({ event, sequence, at, by, teaching, forgotten, forgottenBy, forgottenAt }))
    }
    return
  }
  if (named.length === 0)
    return out('Nothing was taught yet. Accept, resolve, reassign or escalate a ticket and look again.')
  out(table([['EVENT', 'AT', 'BY', 'TAUGHT', ''], ...named.map(({ lesson, event }) => rowOf(lesson, event))]))
  out('\nTake one back with: npm run waybill -- learn forget <event>')
}

/** `waybill learn forget 4711/5`: un-teaches what one event taught, for good. */
export async function forgetLesson(
  { lessons, tickets, clock }: LearnTools,
  event: string,
  by: string,
  { out }: Output,
): Promise<void> {
  const [, number, version] = /^#?(\d+)\/(\d+)$/.exec(event) ?? []
  if (!number || !version) {
    throw new RejectedError(
      `"${event}" is not an event. Write ticket/version as \`waybill learn list\` shows it, such as 4711/5.`,
    )
  }
  const ticket = await tickets.byNumber(Number(number))
  if (!ticket) throw new RejectedError(`There is no ticket ${number}.`)
  const forgotten = await forgetEvent(ticket.id, Number(version), personId(by), { lessons, tickets, clock })
  if (forgotten === 0) {
    throw new RejectedError(
      `Event ${event} teaches nothing (any more). \`waybill learn list\` shows the events that do.`,
    )
  }
  out(
    `Forgotten: ${forgotten} lesson${forgotten === 1 ? '' : 's'} of event ${event}. A running Waybill follows by itself.`,
  )
}

const rowOf = ({ at, by, teaching, forgotten, forgottenBy }: LoggedLesson, event: string): readonly string[] => [
  event,
  at.slice(0, 16).replace('T', ' '),
  by,
  taught(teaching, (person) => person),
  forgottenBy ? `forgotten by ${forgottenBy}` : forgotten ? 'taken back' : '',
]
