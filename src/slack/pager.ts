import { isCalling } from '../core/on-call.ts'
import type { Ticket } from '../core/ticket.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Clock, Directory, Log, Pager, PostStore, SlackPost, TicketStore } from '../ports.ts'
import { callsFor } from './calls.ts'
import { isLive } from './home.ts'

/** A person who deletes every page gets no more than this many for one ticket. */
const MOST_PAGES = 5

/**
 * Rings the person on call by a direct message, and the next one as soon as a message turns out to be undeliverable. The
 * announcer keeps pages that were sent up to date.
 */
export function pager(parts: {
  readonly posts: PostStore
  readonly tickets: Pick<TicketStore, 'get' | 'events'>
  readonly directory: Directory
  readonly clock: Clock
  readonly log: Log
}): Pager {
  const { posts, tickets, clock, log } = parts

  return {
    async page(id) {
      const ticket = await tickets.get(id)
      if (isCalling(ticket)) await ring(ticket, await posts.ofTicket(id))
    },
  }

  async function ring(ticket: Ticket, all: readonly SlackPost[]): Promise<void> {
    for (const { person, keys } of await callsFor(ticket, all, parts)) {
      const sent = all.filter(({ key }) => keys.includes(key))
      if (sent.some(isLive)) return
      if (sent.some(({ state }) => state === 'dead') || keys.length > MOST_PAGES) continue
      crashPoint('outbox.before-page')
      const page = { kind: 'page', ticketId: ticket.id, target: person.slackUser, urgent: true } as const
      await posts.intend({ key: keys.at(-1)!, ...page }, clock.now())
      crashPoint('outbox.after-page')
      return
    }
    log.error({ ticketId: ticket.id, team: ticket.team }, 'nobody can be called for an urgent ticket')
  }
}
