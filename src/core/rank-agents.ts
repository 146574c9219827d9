import type { Classification } from './classification.ts'
import type { Facts } from './customer.ts'
import type { TeamId } from './ids.ts'
import type { Agent, SkillLevel } from './person.ts'
import type { Candidate, Ranking } from './ranking.ts'
import type { Ticket } from './ticket.ts'
import type { Timestamp } from './time.ts'
import { isWorking } from './working-hours.ts'

/** What every signal may look at. */
export interface RankingContext {
  readonly ticket: Ticket
  readonly facts: Facts
  readonly classification: Classification
  readonly team: TeamId
  readonly skill: string
  readonly minSkill: SkillLevel
  readonly now: Timestamp
}

/** A reason to prefer an agent. Pure. */
export interface Signal {
  readonly id: string
  readonly label: string
  /** 0 (no reason at all) to 1 (the best reason there is). */
  score(agent: Agent, context: RankingContext): number
  /** What can honestly be said in this agent's favour, for the card: "billing 3/3". The label when left out. */
  favour?(agent: Agent, context: RankingContext): string | undefined
}

/** Hard limits first, each with its reason kept; then every signal scores everyone who is left. */
export function rankAgents(
  agents: readonly Agent[],
  context: RankingContext,
  signals: readonly Signal[],
  weights: Readonly<Record<string, number>>,
): Ranking {
  const judged = agents.map((agent) => ({ agent, reason: reasonAgainst(agent, context) }))
  const excluded = judged.flatMap(({ agent, reason }) => (reason ? [{ person: agent.id, reason }] : []))
  const candidates = judged
    .filter(({ reason }) => reason === undefined)
    .map(({ agent }) => score(agent, context, signals, weights))
    .sort((a, b) => b.score - a.score || (a.person < b.person ? -1 : 1))
  return { candidates, excluded }
}

function reasonAgainst(agent: Agent, context: RankingContext): string | undefined {
  const { team, skill, minSkill, now, ticket } = context
  if (!agent.teams.includes(team)) return `is not in team ${team}`
  const level = agent.skills[skill] ?? 0
  if (level < minSkill) return `${skill} ≥ ${minSkill} is needed, has ${level}`
  if (agent.awayUntil !== undefined && agent.awayUntil > now) return `is away until ${agent.awayUntil.slice(0, 16)}Z`
  if (!isWorking(agent.hours, agent.timeZone, now)) return `is outside working hours (${agent.timeZone})`
  if (agent.openTickets >= agent.capacity) return `has ${agent.openTickets} of ${agent.capacity} tickets open`
  if (ticket.declinedBy.includes(agent.id)) return 'gave this ticket away before'
  return undefined
}

/** A reason that scores less is no reason people should read. */
const WORTH_SAYING = 0.3

function score(
  agent: Agent,
  context: RankingContext,
  signals: readonly Signal[],
  weights: Readonly<Record<string, number>>,
): Candidate {
  const parts = signals.map((signal) => {
    const { id, label } = signal
    const share = Math.min(1, Math.max(0, signal.score(agent, context)))
    const said = signal.favour ? signal.favour(agent, context) : label
    const says = share >= WORTH_SAYING && said !== undefined ? { says: said } : {}
    return { signal: id, label, score: share, weight: weights[id] ?? 1, ...says }
  })
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  const sum = parts.reduce((sum, { score, weight }) => sum + score * weight, 0)
  return { person: agent.id, score: total === 0 ? 0 : sum / total, parts }
}
