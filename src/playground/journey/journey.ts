import type { App } from '../../app.ts'
import { JOB_KINDS, type Job, keyOf } from '../../core/jobs.ts'
import type { Ticket } from '../../core/ticket.ts'
import { RejectedError } from '../../errors.ts'
import type { Journey, JourneyChapter, TicketLine } from '../page-contract.ts'
import { CHAPTERS } from './chapters/index.ts'
import { codeIn, REPOSITORY } from './code.ts'
import type { Findings } from './findings.ts'

/**
 * Follows one ticket from its arrival to what comes next. Each line names what made it: an event, the decision record or a
 * file of code. RejectedError (404) when there is no such ticket.
 */
export async function journeyOf(app: App, number: number): Promise<Journey> {
  const ticket = await app.tickets.byNumber(number)
  if (!ticket) throw new RejectedError(`There is no ticket #${number}.`, { status: 404 })
  const findings = await gather(app, ticket)
  return { ticket: ticketLine(ticket, findings), chapters: tell(findings) }
}

/** The journey as chapters; those with nothing to tell are left out. */
export const tell = (findings: Findings): readonly JourneyChapter[] =>
  CHAPTERS.map(({ stage, title, tell }) => ({ stage, title, lines: tell(findings) })).filter(
    ({ lines }) => lines.length > 0,
  )

/** A ticket on one line, with the names of its team and its person. */
const ticketLine = (
  { number, subject, status, priority, team, assignee, receivedAt }: Ticket,
  { nameOf, teams }: Findings,
): TicketLine => ({
  number,
  subject,
  status,
  priority: priority ?? null,
  team: team ? (teams.find(({ id }) => id === team)?.name ?? team) : null,
  assignee: assignee ? nameOf(assignee) : null,
  receivedAt,
})

async function gather(app: App, ticket: Ticket): Promise<Findings> {
  const { tickets, lessons, posts, directory, policies, accounts, queue, clock } = app
  const { id, requester } = ticket
  const [events, taught, messages, shown, agents, teams, policy, known] = await Promise.all([
    tickets.events(id),
    lessons.ofTicket(id),
    tickets.messages(id),
    posts.ofTicket(id),
    directory.agents(),
    directory.teams(),
    policies.current(),
    requester.email ? accounts.byEmail(requester.email) : undefined,
  ])
  const account = known?.account
  const open = account ? await tickets.openOfAccount(account.id) : 0
  const isCounted = account !== undefined && ticket.accountId === account.id && ticket.status !== 'resolved'
  return {
    ticket,
    events,
    lessons: taught,
    messages,
    posts: shown,
    jobs: await queue.look([...ownKeys(id), ...shown.map(({ key: postKey }) => keyOf({ kind: 'deliver', postKey }))]),
    agents,
    teams,
    triageChannel: policy?.triageChannel,
    account,
    alsoOpen: Math.max(0, open - (isCounted ? 1 : 0)),
    now: clock.now(),
    nameOf: (person) => agents.find((agent) => agent.id === person)?.name ?? person,
    codeOf: codeIn(REPOSITORY),
  }
}

/** Of every job that points at the ticket itself. */
const ownKeys = (ticketId: Ticket['id']): readonly string[] =>
  JOB_KINDS.filter((kind) => kind !== 'deliver').map((kind) => keyOf({ kind, ticketId } satisfies Job))
