import { laneOf } from '../core/jobs.ts'
import type { Ticket } from '../core/ticket.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Announcer, Clock, Directory, JobQueue, Log, PolicyStore, PostStore, TicketStore } from '../ports.ts'
import { homeOf, isLive } from './home.ts'
import { postKey } from './post-key.ts'

/** A card that people keep deleting is posted again this often. */
const MOST_CARDS = 5

/** Sees to it that one channel shows the ticket with its buttons, and that all its cards and pages show what is true now. */
export function announcer({
  posts,
  tickets,
  directory,
  policies,
  queue,
  clock,
  log,
}: {
  readonly posts: PostStore
  readonly tickets: Pick<TicketStore, 'get'>
  readonly directory: Directory
  readonly policies: Pick<PolicyStore, 'current'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly clock: Clock
  readonly log: Log
}): Announcer {
  return {
    async announce(id) {
      const ticket = await tickets.get(id)
      if (ticket.status === 'received') return
      const policy = await policies.current()
      if (!policy) return log.error({ ticketId: id }, 'no policy is imported, so nobody knows where to show a ticket')

      const all = await posts.ofTicket(id)
      const { channel } = homeOf(ticket.team && (await directory.team(ticket.team)), policy, all)
      const there = all.filter(({ kind, target }) => kind === 'card' && target === channel)
      if (!there.some(isLive)) await show(ticket, channel, there.filter(({ state }) => state === 'gone').length)
      for (const { key, state, sentVersion } of all)
        if (state === 'posted' && sentVersion !== ticket.version) {
          const job = { kind: 'deliver', postKey: key } as const
          await queue.enqueue(job, { priority: laneOf(job, ticket.priority) })
        }
    },
  }

  async function show(ticket: Ticket, target: string, generation: number): Promise<void> {
    const { id: ticketId, priority } = ticket
    if (generation >= MOST_CARDS)
      return log.error({ ticketId, target }, 'a card was deleted too often to post it again')
    const key = postKey({ kind: 'card', ticketId, target, purpose: 'main', generation })
    crashPoint('outbox.before-intend')
    const isNew = await posts.intend({ key, kind: 'card', ticketId, target, urgent: priority === 'P1' }, clock.now())
    crashPoint('outbox.after-intend')
    if (isNew || (await posts.get(key))?.state !== 'dead') return // Another announcement of this ticket was faster.
    log.error({ ticketId, target }, 'a ticket has no channel that can show it')
  }
}
