import type { Classification } from './classification.ts'
import type { Facts } from './customer.ts'
import type { PersonId, TeamId } from './ids.ts'
import { findRow, type MatrixRow, nameRow, type Policy } from './policy.ts'
import type { Ranking } from './ranking.ts'
import { MINUTE, plusMs, type Timestamp } from './time.ts'

/** Where a ticket goes: to a person, to a team that must pick it up, or to people who decide. */
export type Destination =
  | { readonly kind: 'offer'; readonly team: TeamId; readonly person: PersonId }
  | { readonly kind: 'queue'; readonly team: TeamId }
  | { readonly kind: 'triage' }

/** Everything a decision was made from, kept with it for good. */
export interface Decision {
  readonly destination: Destination
  /** Whether the on-call person of the team is to be paged. */
  readonly page: boolean
  readonly row: string | undefined
  readonly skill: string | undefined
  readonly respondBy: Timestamp | undefined
  readonly ranking: Ranking
  readonly policyVersion: number
  /** Checkpoint and sequence number of the learner. */
  readonly modelVersion: string
  readonly facts: {
    readonly tier: string | undefined
    readonly account: string | undefined
    readonly missing: readonly string[]
  }
  /** Sentences for people, the most important first. */
  readonly because: readonly string[]
}

/** What the matrix says before anyone looks at people. */
export type Plan =
  | { readonly kind: 'triage'; readonly because: string }
  | { readonly kind: 'route'; readonly row: MatrixRow; readonly team: TeamId; readonly skill: string }

/** Finds the matrix row, or says why the ticket belongs in triage. */
export function planRoute(classification: Classification, facts: Facts, policy: Policy): Plan {
  const { topic, confidence, priority, team } = classification
  if (topic === undefined) return { kind: 'triage', because: 'Nobody could tell what this is about.' }
  if (confidence < policy.minConfidence) return { kind: 'triage', because: doubt(classification, policy) }
  const row = findRow(policy.matrix, { topic, tier: facts.account?.tier, priority })
  if (!row) return { kind: 'triage', because: `No row of the matrix covers ${topic} at ${priority}.` }
  const skill = policy.topics.find(({ id }) => id === topic)?.skill ?? topic
  return { kind: 'route', row, team: (team as TeamId | undefined) ?? row.team, skill }
}

export function decide(
  plan: Plan,
  ranking: Ranking,
  context: {
    readonly classification: Classification
    readonly facts: Facts
    readonly policy: Policy
    readonly modelVersion: string
    readonly now: Timestamp
  },
): Decision {
  const { classification, facts, policy, modelVersion, now } = context
  const kept = {
    ranking,
    policyVersion: policy.version,
    modelVersion,
    facts: { tier: facts.account?.tier, account: facts.account?.name, missing: facts.missing },
  }
  const page = classification.priority === 'P1'
  if (plan.kind === 'triage') {
    const nothing = { row: undefined, skill: undefined, respondBy: undefined }
    return { destination: { kind: 'triage' }, page, ...nothing, ...kept, because: [plan.because] }
  }

  const { row, team, skill } = plan
  const [best] = ranking.candidates
  const destination: Destination = best ? { kind: 'offer', team, person: best.person } : { kind: 'queue', team }
  const why = best
    ? best.parts.flatMap(({ says }) => says ?? [])
    : [`nobody in ${team} can take it now (${ranking.excluded.length} looked at)`]
  return {
    destination,
    page,
    row: nameRow(row),
    skill,
    respondBy: plusMs(now, row.firstResponseMinutes * MINUTE),
    ...kept,
    because: [`matrix row ${nameRow(row)} sends it to ${team}`, ...why],
  }
}

function doubt({ confidence }: Classification, { minConfidence }: Policy): string {
  const [sure, needed] = [confidence, minConfidence].map((share) => `${Math.round(share * 100)} %`)
  return `Not sure enough what it is about: ${sure}, and ${needed} is needed.`
}
