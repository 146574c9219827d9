import type { PersonId, TeamId } from './ids.ts'
import type { Person } from './person.ts'
import type { Ticket } from './ticket.ts'

/** Nothing is allowed that is not named here. */
export type Verdict = { readonly allowed: true } | { readonly refused: string }

/** What a permission may depend on besides the person. */
export interface Subject {
  readonly ticket?: Ticket | undefined
  /** Who is on call for the ticket's team. */
  readonly onCall?: readonly PersonId[]
  /** Teams of the person whose skills are changed. */
  readonly teams?: readonly TeamId[]
}

const MOVES = ['accept', 'reassign', 'escalate', 'resolve', 'hand-back', 'undo']
const READING = ['read', 'help', 'why', 'skills list']
const TEACHING = ['skills add', 'skills remove']

/**
 * Whether this person may do this. Checked at every click and command, whatever buttons somebody was shown.
 * `undefined` is anybody who is not in the directory: guests, other companies, people nobody added yet.
 */
export function may(person: Person | undefined, doing: string, subject: Subject = {}): Verdict {
  if (!person) return { refused: 'You are not on the support rota yet. Ask an admin to add you.' }
  if (MOVES.includes(doing) || READING.includes(doing)) return ALLOWED
  if (doing === 'acknowledge') return mayAcknowledge(person, subject)
  if (TEACHING.includes(doing)) return mayTeach(person, subject)
  return { refused: `Nobody has been given the right to “${doing}”. Ask an admin.` }
}

const ALLOWED: Verdict = { allowed: true }

function mayAcknowledge(person: Person, { ticket, onCall = [] }: Subject): Verdict {
  if (person.role !== 'agent' || onCall.includes(person.id) || ticket?.assignee === person.id) return ALLOWED
  if (ticket?.team && person.teams.includes(ticket.team)) return ALLOWED
  return { refused: 'Only the team this was sent to, its on-call people, leads and admins can acknowledge it.' }
}

function mayTeach(person: Person, { teams = [] }: Subject): Verdict {
  if (person.role === 'admin') return ALLOWED
  if (person.role === 'lead' && teams.some((team) => person.teams.includes(team))) return ALLOWED
  if (person.role === 'lead') return { refused: 'Leads can change skills in their own team only. Ask an admin.' }
  return { refused: 'Only admins, and leads for their own team, can change skills.' }
}
