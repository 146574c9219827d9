import { excluded, percent } from '../../../core/explain.ts'
import type { Candidate, ScoredSignal } from '../../../core/ranking.ts'
import type { JourneyLine } from '../../page-contract.ts'
import { signalPlace } from '../code.ts'
import { DECISION, excerpt, type Findings, type Telling } from '../findings.ts'

/** Who was looked at, what spoke for each, and what kept the others out. */
export const considered: Telling = (findings) => {
  const { ticket, nameOf, codeOf } = findings
  const { decision } = ticket
  if (!decision) return []
  const { candidates } = decision.ranking
  const [best, ...others] = candidates
  if (decision.destination.kind === 'triage')
    return [
      {
        says: 'Nobody was looked at: people decide first where it belongs.',
        tone: 'muted',
        source: codeOf('planRoute'),
      },
    ]

  return [
    ...(best ? [line(best, findings, 'good'), ...parts(best, findings)] : [nobody(findings)]),
    ...others.map((candidate) => ({ ...line(candidate, findings), detail: inWords(candidate) })),
    ...excluded(ticket, nameOf).map(({ says }) => ({
      says: `Not ${excerpt(says, 400)}`,
      tone: 'muted' as const,
      source: codeOf('rankAgents'),
    })),
  ]
}

const line = ({ person, score }: Candidate, { nameOf }: Findings, tone?: 'good'): JourneyLine => ({
  says: `${nameOf(person)} ${percent(score)}`,
  share: score,
  ...(tone && { tone }),
  source: DECISION,
})

const nobody = ({ codeOf }: Findings): JourneyLine => ({
  says: 'Nobody could take it at that moment.',
  tone: 'bad',
  source: codeOf('rankAgents'),
})

/** Each reason with what it added: together they are the score. */
function parts(candidate: Candidate, { codeOf }: Findings): readonly JourneyLine[] {
  return contributions(candidate).map(({ part, share, points }) => ({
    says: `of it ${points} %: ${part.label}${part.says && part.says !== part.label ? ` (${part.says})` : ''}`,
    share,
    ...(points === 0 && { tone: 'muted' as const }),
    source: codeOf(signalPlace(part.signal)),
  }))
}

const inWords = (candidate: Candidate): string =>
  contributions(candidate)
    .map(({ part, points }) => `${part.label} ${points} %`)
    .join(' + ')

/** The share of the score each part makes, also in whole points that add up to the rounded score (largest remainders). */
export function contributions({ score, parts }: Candidate): readonly {
  readonly part: ScoredSignal
  readonly share: number
  readonly points: number
}[] {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  const shares = parts.map((part) => (total === 0 ? 0 : (part.score * part.weight) / total))
  const floors = shares.map((share) => Math.floor(share * 100))
  const missing = Math.round(score * 100) - floors.reduce((sum, points) => sum + points, 0)
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share * 100 - floors[index]! }))
    .sort((a, b) => b.remainder - a.remainder)
  const raised = new Set(byRemainder.slice(0, Math.max(0, missing)).map(({ index }) => index))
  return parts.map((part, index) => ({
    part,
    share: shares[index]!,
    points: floors[index]! + (raised.has(index) ? 1 : 0),
  }))
}
