import { RejectedError } from '../errors.ts'
import type { Clock, Directory, JobQueue, PolicyStore, TicketStore } from '../ports.ts'
import type { Output } from './output.ts'

interface PolicyTools {
  readonly policies: PolicyStore
  readonly directory: Directory
  readonly tickets: Pick<TicketStore, 'unattended'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly clock: Clock
}

/** So many jobs may wait for the database at the same time. */
const AT_ONCE = 50

/**
 * `waybill policy import <file>`: the file becomes the newest version, or is refused whole. Tickets nobody could decide
 * without it are tried again at once, however long they were to rest.
 */
export async function importPolicy(
  { policies, directory, tickets, queue, clock }: PolicyTools,
  yaml: string,
  { author, reason }: { readonly author: string; readonly reason: string },
  { out }: Output,
): Promise<void> {
  const policy = await policies.importDocument(yaml, { author, reason, at: clock.now() })
  const [people, teams] = await Promise.all([directory.people(), directory.teams()])
  const { topics, matrix, rules } = policy
  out(
    `Policy v${policy.version}: ${topics.length} topics, ${teams.length} teams, ${people.length} people, ${matrix.length} matrix rows, ${rules.length} rules.`,
  )

  const { undecided } = await tickets.unattended()
  for (let at = 0; at < undecided.length; at += AT_ONCE)
    await Promise.all(undecided.slice(at, at + AT_ONCE).map((ticketId) => queue.enqueue({ kind: 'route', ticketId })))
  if (undecided.length > 0)
    out(`${undecided.length} undecided ${undecided.length === 1 ? 'ticket' : 'tickets'} will be tried again.`)
}

/** `waybill policy show`: the newest version as it was written. */
export async function showPolicy(policies: PolicyStore, { out }: Output): Promise<void> {
  const document = await policies.document()
  if (document === undefined)
    throw new RejectedError('There is no policy yet. Import one: npm run waybill -- policy import db/seeds/starter.yml')
  out(document.trimEnd())
}
