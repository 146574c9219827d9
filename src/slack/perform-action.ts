import type { TicketId } from '../core/ids.ts'
import type { NameOf } from '../core/moves.ts'
import { may, type Verdict } from '../core/permissions.ts'
import type { Person } from '../core/person.ts'
import type { Ticket } from '../core/ticket.ts'
import { RejectedError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import { changeTicket } from '../pipeline/change-ticket.ts'
import type { Cause, Clock, Directory, Log, PolicyStore, TicketStore } from '../ports.ts'
import type { Action } from './action.ts'

/** Who clicked what; `slackUser` comes from the signed payload, never from what a button or form carries. */
export interface Click {
  readonly ticket: TicketId
  readonly slackUser: string
  readonly answers?: unknown
}

export interface PerformDeps {
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: Pick<PolicyStore, 'current'>
  readonly clock: Clock
  readonly log: Log
}

/** Performs an action for the person who clicked; resolves with what to whisper back, if anything. */
export async function performAction(
  action: Action,
  { ticket, slackUser, answers }: Click,
  deps: PerformDeps,
  cause?: Cause,
): Promise<string | undefined> {
  const { tickets, directory, clock, log } = deps
  const { person, ...context } = await whoAndWhat(slackUser, deps)

  crashPoint('slack.click.before-perform')
  const change = await orRefusal(() =>
    changeTicket(
      ticket,
      async (current) => {
        const verdict = await mayPerform(action, person, current, directory)
        if ('refused' in verdict) return verdict
        return action.perform(current, verdict.person, clock.now(), context, answers)
      },
      tickets,
      cause,
    ),
  )
  crashPoint('slack.click.after-perform')

  if (!('refused' in change)) return undefined
  log.info({ ticketId: ticket, action: action.id, person: person?.id ?? null }, 'click refused')
  return change.refused
}

/** What the action would be refused for right now, without doing it: for forms, before they are opened or accepted. */
export async function refusalOf(
  action: Action,
  { ticket, slackUser, answers }: Click,
  deps: PerformDeps,
): Promise<string | undefined> {
  const { tickets, directory, clock } = deps
  const { person, ...context } = await whoAndWhat(slackUser, deps)
  const outcome = await orRefusal(async () => {
    const current = await tickets.get(ticket)
    const verdict = await mayPerform(action, person, current, directory)
    if ('refused' in verdict) return verdict
    if (answers !== undefined) return action.perform(current, verdict.person, clock.now(), context, answers)
    return action.isOffered(current, clock.now())
      ? { events: [] }
      : { refused: `“${action.label}” is no longer possible: this ticket has moved on.` }
  })
  return 'refused' in outcome ? outcome.refused : undefined
}

export async function namesOf(directory: Directory): Promise<NameOf> {
  const names = new Map((await directory.people()).map(({ id, name }) => [id, name]))
  return (person) => names.get(person) ?? 'somebody who left'
}

async function whoAndWhat(slackUser: string, { directory, policies }: PerformDeps) {
  const [person, nameOf, policy] = await Promise.all([
    directory.bySlackUser(slackUser),
    namesOf(directory),
    policies.current(),
  ])
  return { person, nameOf, policy }
}

type Permission = { readonly person: Person } | Extract<Verdict, { refused: string }>

async function mayPerform(
  action: Action,
  person: Person | undefined,
  ticket: Ticket,
  directory: Directory,
): Promise<Permission> {
  const team = ticket.team && (await directory.team(ticket.team))
  const verdict = may(person, action.id, { ticket, onCall: team?.onCall ?? [] })
  if ('refused' in verdict) return verdict
  return person ? { person } : { refused: 'You are not on the support rota yet. Ask an admin to add you.' }
}

const UNKNOWN_TICKET =
  'Waybill does not know this ticket any more: it was restored from a backup, or the ticket was erased. If it still needs an answer, send it again.'

/** A ticket that is not there is normal on an old card: it is said, not retried. */
export async function orRefusal<Result>(work: () => Promise<Result>): Promise<Result | { readonly refused: string }> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RejectedError) return { refused: UNKNOWN_TICKET }
    throw error
  }
}
