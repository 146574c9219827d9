import { may } from '../../core/permissions.ts'
import { explanation } from '../cards/explanation.ts'
import type { Command } from '../command.ts'
import { namesOf } from '../perform-action.ts'

/** "Why did this ticket go there?": everything a decision was made from, what happened since, and what that taught. */
export const whyCommand: Command = {
  name: 'why',
  uses: [{ form: 'why 4711', does: 'why a ticket is where it is, and what it taught' }],
  mayUse: (person) => 'allowed' in may(person, 'why'),

  async run([word = ''], { tickets, directory, lessons: log }) {
    const number = /^#?(\d{1,9})$/.exec(word)?.[1]
    if (!number) return { text: 'Which ticket? Type its number, as in `/waybill why 4711`.' }
    const ticket = await tickets.byNumber(Number(number))
    if (!ticket) return { text: `There is no ticket #${number}.` }

    const [events, lessons, nameOf] = await Promise.all([
      tickets.events(ticket.id),
      log.ofTicket(ticket.id),
      namesOf(directory),
    ])
    const blocks = explanation(ticket, { events, lessons }, nameOf)
    return { text: `Why #${ticket.number} is where it is`, blocks }
  },
}
