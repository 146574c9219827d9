import { explain } from '../../core/explain.ts'
import { may } from '../../core/permissions.ts'
import { LIMITS, section } from '../cards/blocks.ts'
import { escapeText } from '../cards/escape.ts'
import { slackDate } from '../cards/words.ts'
import type { Command } from '../command.ts'
import { namesOf } from '../perform-action.ts'

const MOST_LINES = 14
const LONGEST_LINE = 200

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
    const blocks = explain(ticket, { events, lessons }, nameOf).map(({ title, statements }) => {
      // The newest are at the end, and what was decided has few.
      const left = statements.length - MOST_LINES
      const lines = statements.slice(-MOST_LINES).map(({ at, says }) => {
        const said = escapeText(says, LONGEST_LINE)
        return at ? `• ${slackDate(at)}: ${said}` : `• ${said}`
      })
      return section([`*${escapeText(title, 150)}*`, ...(left > 0 ? [`… and ${left} more`] : []), ...lines].join('\n'))
    })
    return { text: `Why #${ticket.number} is where it is`, blocks: blocks.slice(0, LIMITS.blocks) }
  },
}
