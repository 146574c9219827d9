import type { SectionBlock } from '@slack/types'
import { explain, type History } from '../../core/explain.ts'
import type { NameOf } from '../../core/moves.ts'
import type { Ticket } from '../../core/ticket.ts'
import { LIMITS, section } from './blocks.ts'
import { escapeText } from './escape.ts'
import { slackDate } from './words.ts'

const MOST_LINES = 14
const LONGEST_LINE = 200

/** Everything a decision was made from, what happened since, and what that taught: a section a chapter. */
export function explanation(ticket: Ticket, history: History, nameOf: NameOf): readonly SectionBlock[] {
  const chapters = explain(ticket, history, nameOf).map(({ title, statements }) => {
    // The newest are at the end, and what was decided has few.
    const left = statements.length - MOST_LINES
    const lines = statements.slice(-MOST_LINES).map(({ at, says }) => {
      const said = escapeText(says, LONGEST_LINE)
      return at ? `• ${slackDate(at)}: ${said}` : `• ${said}`
    })
    return section([`*${escapeText(title, 150)}*`, ...(left > 0 ? [`… and ${left} more`] : []), ...lines].join('\n'))
  })
  return chapters.slice(0, LIMITS.blocks)
}
