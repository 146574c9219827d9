import type { TicketLine } from '../../page-contract.ts'

const PRIORITY_WORDS: Readonly<Record<string, string>> = { P1: 'urgent', P2: 'high', P3: 'normal', P4: 'low' }

/** "P1 urgent"; a ticket nobody has read yet has none. */
export function priorityWords(priority: string | null): string {
  if (priority === null) return 'not read yet'
  const word = PRIORITY_WORDS[priority]
  return word ? `${priority} ${word}` : priority
}

/** Where a ticket stands, as one says it to somebody who has never seen Waybill. */
export function standing({ status, team, assignee }: TicketLine): string {
  const its = team ? ` in ${team}` : ''
  switch (status) {
    case 'received':
      return 'being read'
    case 'triage':
      return 'people decide (triage)'
    case 'queued':
      return team ? `waits for anybody in ${team}` : 'waits for anybody'
    case 'offered':
      return assignee ? `offered to ${assignee}${its}` : `offered${its}`
    case 'accepted':
      return assignee ? `${assignee} has it` : `accepted${its}`
    case 'resolved':
      return assignee ? `resolved by ${assignee}` : 'resolved'
    default:
      return status
  }
}

/**
 * Tickets a search finds, in the order they came. Digits, with or without #, find numbers that begin so;
 * anything else finds tickets that have every word somewhere.
 */
export function found(tickets: readonly TicketLine[], search: string, limit = 50): readonly TicketLine[] {
  const asked = search.trim().toLowerCase()
  const number = /^#?(\d+)$/.exec(asked)?.[1]
  if (number !== undefined) {
    const exact = tickets.filter((ticket) => String(ticket.number) === number)
    const begun = tickets.filter((ticket) => String(ticket.number) !== number && `${ticket.number}`.startsWith(number))
    const said = tickets.filter(({ number: own, subject }) => !`${own}`.startsWith(number) && subject.includes(number))
    return [...exact, ...begun, ...said].slice(0, limit)
  }
  const words = asked.split(/\s+/).filter(Boolean)
  return tickets.filter((ticket) => words.every((word) => inWords(ticket).includes(word))).slice(0, limit)
}

const inWords = (ticket: TicketLine): string =>
  [`#${ticket.number}`, ticket.subject, priorityWords(ticket.priority), ticket.team, standing(ticket), ticket.status]
    .join(' ')
    .toLowerCase()

/** A text in pieces, where numbers are those of tickets: "See #12." is "See ", 12, ".". */
export function mentions(text: string): readonly (string | number)[] {
  const pieces = text.split(/#(\d+)\b/)
  return pieces.map((piece, at) => (at % 2 === 1 ? Number(piece) : piece)).filter((piece) => piece !== '')
}

/** The ticket that came next after this one, and the one before it; null at the ends. `tickets` are newest first. */
export function neighbours(
  tickets: readonly TicketLine[],
  number: number | null,
): { readonly newer: number | null; readonly older: number | null } {
  const at = tickets.findIndex((ticket) => ticket.number === number)
  if (at < 0) return { newer: null, older: tickets[0]?.number ?? null }
  return { newer: tickets[at - 1]?.number ?? null, older: tickets[at + 1]?.number ?? null }
}
