import { decide, planRoute } from '../core/decision.ts'
import type { TicketId } from '../core/ids.ts'
import { rankAgents, type Signal } from '../core/rank-agents.ts'
import type { Ranking } from '../core/ranking.ts'
import { StaleTicketError, UnavailableError } from '../errors.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Classifier, Clock, Directory, Enricher, LearnedModel, Log, PolicyStore, TicketStore } from '../ports.ts'
import { classify } from './classify.ts'
import { gatherFacts } from './gather-facts.ts'

export interface RoutingTools {
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly enrichers: readonly Enricher[]
  readonly classifiers: readonly Classifier[]
  readonly signals: readonly Signal[]
  readonly model: LearnedModel
  readonly clock: Clock
  readonly log: Log
}

/** Finds out what the ticket is about and who should take it. Somebody who moves the ticket meanwhile is right. */
export async function routeTicket(id: TicketId, tools: RoutingTools): Promise<void> {
  const { tickets, directory, policies, enrichers, classifiers, signals, model, clock, log } = tools

  const ticket = await tickets.get(id)
  if (ticket.status !== 'received') return
  const policy = await policies.current()
  if (!policy) throw new UnavailableError('There is no policy yet: run `waybill policy import <file>`.')

  const facts = await gatherFacts(ticket, enrichers, log)
  await model.refresh()
  const modelVersion = model.version()
  const classification = await classify(ticket, facts, { classifiers, policy, log })
  const now = clock.now()
  const plan = planRoute(classification, facts, policy)
  const ranking: Ranking =
    plan.kind === 'triage'
      ? { candidates: [], excluded: [] }
      : rankAgents(
          await directory.agents(),
          { ticket, facts, classification, now, team: plan.team, skill: plan.skill, minSkill: plan.row.minSkill ?? 1 },
          signals,
          policy.signalWeights,
        )
  const decision = decide(plan, ranking, { classification, facts, policy, modelVersion, now })

  crashPoint('route.before-record')
  try {
    const { customer, account } = facts
    const known = { customerId: customer?.id, accountId: account?.id }
    await tickets.record(ticket, [{ type: 'routed', classification, decision, ...known, at: now, by: 'router' }])
  } catch (error) {
    if (!(error instanceof StaleTicketError)) throw error
    log.info({ ticketId: id }, 'ticket moved while it was being routed')
    return routeTicket(id, tools)
  }
  crashPoint('route.after-record')
}
