import type { Priority, RiskFlag } from './classification.ts'
import type { TeamId } from './ids.ts'

export interface Topic {
  readonly id: string
  readonly name: string
  /** What belongs here, in the admin's own words; also teaches the learner before it has seen a ticket. */
  readonly description: string
  /** The skill that answers it. */
  readonly skill: string
}

/** One row of the routing matrix; a field left out matches everything. */
export interface MatrixRow {
  readonly topic?: string
  readonly tier?: string
  readonly priority?: Priority
  readonly team: TeamId
  /** Skill level a person needs at least; 1 when left out. */
  readonly minSkill?: 1 | 2 | 3
  readonly firstResponseMinutes: number
  readonly resolutionMinutes: number
}

/** An admin-written rule: all conditions given must hold; then everything it sets is said. */
export interface Rule {
  readonly id: string
  readonly when: {
    /** Any of these words, whole and whatever their case. */
    readonly words?: readonly string[]
    /** Any of these phrases, whatever their case. */
    readonly phrases?: readonly string[]
    /** A regular expression in RE2 syntax (linear time), whatever the case. */
    readonly pattern?: string
    readonly senderDomain?: readonly string[]
    readonly language?: readonly string[]
    readonly source?: readonly string[]
    /** Named fields of the ticket (page, plan …) that must equal one of these values; `automatic` is 'true' for machine mail. */
    readonly fields?: Readonly<Record<string, readonly string[]>>
  }
  readonly set: {
    readonly topic?: string
    readonly priorityFloor?: Priority
    readonly priorityCap?: Priority
    readonly flags?: readonly RiskFlag[]
    readonly team?: TeamId
  }
}

export interface Policy {
  readonly version: number
  readonly topics: readonly Topic[]
  readonly matrix: readonly MatrixRow[]
  readonly rules: readonly Rule[]
  /** Slack channel id for tickets nobody is sure about. */
  readonly triageChannel: string
  /** Below this confidence a ticket goes to triage, 0..1. */
  readonly minConfidence: number
  /** Weight per signal id; a signal without one counts 1. */
  readonly signalWeights: Readonly<Record<string, number>>
  /** Weight per voice id in the opinion pool; a voice without one counts 1. */
  readonly voiceWeights: Readonly<Record<string, number>>
}

export interface Situation {
  readonly topic: string
  readonly tier: string | undefined
  readonly priority: Priority
}

/** The most specific row that matches. Equal specificity is refused when a policy is imported (see `clashingRows`). */
export function findRow(matrix: readonly MatrixRow[], situation: Situation): MatrixRow | undefined {
  return matrix
    .filter((row) => matches(row, situation))
    .reduce<MatrixRow | undefined>(
      (best, row) => (best && specificity(best) >= specificity(row) ? best : row),
      undefined,
    )
}

/** Pairs of row numbers (from 0) that match some ticket equally well with no more specific row to settle it. */
export function clashingRows(matrix: readonly MatrixRow[]): readonly (readonly [number, number])[] {
  const clashes: [number, number][] = []
  for (const [second, b] of matrix.entries())
    for (const [first, a] of matrix.slice(0, second).entries()) {
      if (specificity(a) !== specificity(b) || !overlaps(a, b)) continue
      const both = { ...a, ...b }
      if (!matrix.some((row) => specificity(row) > specificity(a) && covers(row, both))) clashes.push([first, second])
    }
  return clashes
}

/** "billing · enterprise · P1", the way people name a row. */
export const nameRow = (row: MatrixRow): string =>
  [row.topic ?? 'any topic', row.tier ?? 'any tier', row.priority ?? 'any priority'].join(' · ')

const FIELDS = ['topic', 'tier', 'priority'] as const

const matches = (row: MatrixRow, situation: Situation): boolean =>
  FIELDS.every((field) => row[field] === undefined || row[field] === situation[field])

const specificity = (row: MatrixRow): number => FIELDS.filter((field) => row[field] !== undefined).length

const covers = (row: MatrixRow, other: MatrixRow): boolean =>
  FIELDS.every((field) => row[field] === undefined || row[field] === other[field])

const overlaps = (a: MatrixRow, b: MatrixRow): boolean =>
  FIELDS.every((field) => a[field] === undefined || b[field] === undefined || a[field] === b[field])
