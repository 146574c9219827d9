import type { PersonId } from './ids.ts'

/** What one signal said for one person. */
export interface ScoredSignal {
  readonly signal: string
  readonly label: string
  readonly score: number
  readonly weight: number
  /** Absent when there is nothing to say for this person. */
  readonly says?: string
}

export interface Candidate {
  readonly person: PersonId
  /** Weighted mean of the parts, 0..1. */
  readonly score: number
  readonly parts: readonly ScoredSignal[]
}

export interface Exclusion {
  readonly person: PersonId
  readonly reason: string
}

export interface Ranking {
  /** Best first; equal scores in order of id. */
  readonly candidates: readonly Candidate[]
  readonly excluded: readonly Exclusion[]
}
