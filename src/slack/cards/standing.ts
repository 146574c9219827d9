import { isAlarming } from '../../core/on-call.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { CardView } from './card-view.ts'
import { escapeText } from './escape.ts'

const COLOURS = { red: '#c0392b', amber: '#e6a117', green: '#2e8b57', grey: '#9aa0a6' } as const

/** How a ticket stands, in words first; the colour only repeats it. */
export function standing(ticket: Ticket, view: StandingView): { readonly words: string; readonly colour: string } {
  const { words, colour } = place(ticket, view)
  const alarm = alarmOf(ticket, view)
  const taken = ticket.status === 'accepted' || ticket.status === 'resolved'
  const late = !taken && ticket.respondBy !== undefined && view.now > ticket.respondBy
  const urgent = !taken && ((ticket.priority === 'P1' && !ticket.acknowledgedBy) || late)
  const said = [words, ...(alarm ? [alarm.words] : []), ...(late ? ['The reply is overdue.'] : [])].join(' ')
  return { words: said, colour: COLOURS[alarm?.red || urgent ? 'red' : colour] }
}

/** Why it is this person's, in one line. */
export function whyHere(ticket: Ticket, view: StandingView): string {
  const { decision, assignee, undoable, reassignments } = ticket
  const destination = decision?.destination
  if (destination?.kind === 'offer' && destination.person === assignee && reassignments === 0)
    return escapeText(decision?.because.slice(1).join(', ') || 'best match', 300)
  if (undoable?.move === 'reassigned') return `${nameOf(undoable.by, view)} sent it here`
  return reassignments > 0 ? 'sent here by a colleague' : 'took it from the channel'
}

type StandingView = Pick<CardView, 'now' | 'nameOf' | 'teamName'>

function place(ticket: Ticket, view: StandingView): { readonly words: string; readonly colour: keyof typeof COLOURS } {
  const { status, assignee, team, decision, undoable } = ticket
  const who = assignee ? nameOf(assignee, view) : 'somebody'
  const where = team ? escapeText(view.teamName(team), 80) : 'the team'
  const because = decision?.destination.kind === 'triage' ? escapeText(decision.because.join(' '), 300) : ''
  switch (status) {
    case 'received':
      return { words: 'Being read.', colour: 'grey' }
    case 'triage':
      return { words: ['Waiting for people to decide.', because].join(' ').trim(), colour: 'amber' }
    case 'queued':
      return { words: `Waiting for somebody in ${where} to accept.`, colour: 'amber' }
    case 'offered':
      return { words: `Offered to ${who} in ${where}, not accepted yet.`, colour: 'amber' }
    case 'accepted':
      return { words: `${who} is on it.`, colour: 'green' }
    case 'resolved': {
      const by = undoable?.move === 'resolved' ? nameOf(undoable.by, view) : who
      return { words: `Resolved by ${by}.`, colour: 'grey' }
    }
  }
}

function alarmOf(ticket: Ticket, view: StandingView): { readonly words: string; readonly red: boolean } | undefined {
  const { status, acknowledgedBy } = ticket
  if (status === 'received' || status === 'resolved' || !isAlarming(ticket)) return undefined
  if (acknowledgedBy) return { words: `${nameOf(acknowledgedBy, view)} acknowledged the call.`, red: false }
  return { words: 'The on-call person is being called; nobody has acknowledged yet.', red: true }
}

const nameOf = (person: Parameters<CardView['nameOf']>[0], view: StandingView): string =>
  escapeText(view.nameOf(person), 60)
