import { explain } from '../core/explain.ts'
import { RejectedError } from '../errors.ts'
import type { Directory, LessonStore, TicketStore } from '../ports.ts'
import type { Output } from './output.ts'

/** `waybill why 4711`: the decision with all its parts, what happened since, what that taught. */
export async function explainTicket(
  {
    tickets,
    directory,
    lessons: log,
  }: {
    readonly tickets: TicketStore
    readonly directory: Directory
    readonly lessons: Pick<LessonStore, 'ofTicket'>
  },
  number: string,
  { json }: { readonly json: boolean },
  { out }: Output,
): Promise<void> {
  const digits = /^#?(\d{1,9})$/.exec(number)?.[1]
  if (!digits) throw new RejectedError(`"${number}" is not a ticket number. Write it as on the card, such as 4711.`)
  const ticket = await tickets.byNumber(Number(digits))
  if (!ticket) throw new RejectedError(`There is no ticket ${digits} in this database.`)

  const [events, lessons, people] = await Promise.all([
    tickets.events(ticket.id),
    log.ofTicket(ticket.id),
    directory.people(),
  ])
  if (json) return out(JSON.stringify({ ticket, events, lessons }))
  const chapters = explain(ticket, { events, lessons }, (id) => people.find((person) => person.id === id)?.name ?? id)
  for (const { title, statements } of chapters) {
    out(title)
    for (const { at, says } of statements) out(`  ${at ? `${at.slice(0, 19).replace('T', ' ')} UTC  ` : ''}${says}`)
    out('')
  }
}
