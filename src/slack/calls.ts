import { type Callee, callees } from '../core/on-call.ts'
import type { Ticket } from '../core/ticket.ts'
import type { Clock, Directory, SlackPost, TicketStore } from '../ports.ts'
import { postKey } from './post-key.ts'

/** One person to be rung for a ticket, with the keys of the pages that may have been sent to them for this call. */
export interface Call extends Callee {
  /** The last one is the page to send when none was sent. */
  readonly keys: readonly string[]
}

/** Each call for help, and each time a ticket is opened again, rings anew, so its number is part of the key; counted from the log, where an undo takes nothing away. */
export async function callsFor(
  ticket: Ticket,
  posts: readonly SlackPost[],
  {
    tickets,
    directory,
    clock,
  }: { readonly tickets: Pick<TicketStore, 'events'>; readonly directory: Directory; readonly clock: Clock },
): Promise<readonly Call[]> {
  const team = ticket.team ? await directory.team(ticket.team) : undefined
  const events = await tickets.events(ticket.id)
  const calls = events.filter(({ type }) => type === 'escalated' || type === 'reopened').length
  return callees(team, await directory.people(), clock.now()).map((callee) => {
    const target = callee.person.slackUser
    const gone = posts.filter((post) => post.kind === 'page' && post.target === target && post.state === 'gone').length
    const keys = Array.from({ length: gone + 1 }, (_, generation) =>
      postKey({ kind: 'page', ticketId: ticket.id, target, purpose: `call ${calls}`, generation }),
    )
    return { ...callee, keys }
  })
}
