import type { Classification } from '../core/classification.ts'
import type { Facts } from '../core/customer.ts'
import { decide, planRoute } from '../core/decision.ts'
import type { TicketId } from '../core/ids.ts'
import { laneOf } from '../core/jobs.ts'
import type { Policy } from '../core/policy.ts'
import { rankAgents, type Signal } from '../core/rank-agents.ts'
import type { Ranking } from '../core/ranking.ts'
import type { Ticket } from '../core/ticket.ts'
import { StaleTicketError, UnavailableError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type {
  Classifier,
  Clock,
  Directory,
  Enricher,
  JobQueue,
  LearnedModel,
  Log,
  PolicyStore,
  TicketStore,
} from '../ports.ts'
import { classifyFully, classifyQuickly } from './classify.ts'
import { gatherFacts } from './gather-facts.ts'
import { withReplies } from './with-replies.ts'

export interface RoutingTools {
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly enrichers: readonly Enricher[]
  readonly classifiers: readonly Classifier[]
  readonly signals: readonly Signal[]
  readonly model: LearnedModel
  readonly clock: Clock
  readonly log: Log
}

/**
 * Reads the ticket with the quick voices and decides at once when they say P1 or when nobody slower could add anything.
 * Otherwise job `ask` follows, so that no urgent ticket ever stands behind others that wait for a language model.
 */
export async function routeTicket(id: TicketId, tools: RoutingTools): Promise<void> {
  await readAndDecide(id, tools, async (reading) => {
    const classification = await classifyQuickly(reading.ticket, reading.facts, { ...tools, policy: reading.policy })
    if (classification.priority === 'P1' || !tools.classifiers.some(({ slow }) => slow)) return classification
    const job = { kind: 'ask', ticketId: id } as const
    await tools.queue.enqueue(job, { priority: laneOf(job, classification.priority) })
    return undefined
  })
}

/** Reads the ticket with every voice, however long they think, and decides. */
export async function askEveryone(id: TicketId, tools: RoutingTools): Promise<void> {
  await readAndDecide(id, tools, ({ ticket, facts, policy }) => classifyFully(ticket, facts, { ...tools, policy }))
}

interface Reading {
  readonly ticket: Ticket
  readonly facts: Facts
  readonly policy: Policy
}

/** Finds out what the ticket is about and who should take it. Somebody who moves the ticket meanwhile is right. */
async function readAndDecide(
  id: TicketId,
  tools: RoutingTools,
  classify: (reading: Reading) => Promise<Classification | undefined>,
): Promise<void> {
  const { tickets, policies, enrichers, model, log, clock } = tools

  const ticket = await tickets.get(id)
  if (ticket.status !== 'received') return
  const policy = await policies.current()
  if (!policy) throw new UnavailableError('There is no policy yet: run `waybill policy import <file>`.')

  const facts = await gatherFacts(ticket, enrichers, log)
  await model.refresh()
  const modelVersion = model.version()
  const classification = await classify({ ticket: await withReplies(ticket, tickets), facts, policy })
  if (!classification) return
  const at = clock.now()
  const plan = planRoute(classification, facts, policy)
  const ranking = await rank(plan, { ticket, facts, policy }, classification, tools)
  const decision = decide(plan, ranking, { classification, facts, policy, modelVersion, now: at })

  crashPoint('route.before-record')
  try {
    const { customer, account } = facts
    const known = { customerId: customer?.id, accountId: account?.id }
    await tickets.record(ticket, [{ type: 'routed', classification, decision, ...known, at, by: 'router' }])
  } catch (error) {
    if (!(error instanceof StaleTicketError)) throw error
    log.info({ ticketId: id }, 'ticket moved while it was being routed')
    return readAndDecide(id, tools, classify)
  }
  crashPoint('route.after-record')
}

async function rank(
  plan: ReturnType<typeof planRoute>,
  { ticket, facts, policy }: Reading,
  classification: Classification,
  { directory, signals, clock }: RoutingTools,
): Promise<Ranking> {
  if (plan.kind === 'triage') return { candidates: [], excluded: [] }
  const { team, skill, row } = plan
  const context = { ticket, facts, classification, team, skill, minSkill: row.minSkill ?? 1, now: clock.now() }
  return rankAgents(await directory.agents(), context, signals, policy.signalWeights)
}
