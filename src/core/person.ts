import type { PersonId, TeamId } from './ids.ts'
import type { Timestamp } from './time.ts'
import type { WorkingHours } from './working-hours.ts'

export type Role = 'agent' | 'lead' | 'admin'
export type SkillLevel = 1 | 2 | 3

/** Somebody who answers tickets or runs those who do. */
export interface Person {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly slackUser: string
  readonly role: Role
  readonly teams: readonly TeamId[]
  readonly skills: Readonly<Record<string, SkillLevel>>
  /** How many open tickets this person should have at most. */
  readonly capacity: number
  readonly timeZone: string
  readonly hours: WorkingHours
  readonly awayUntil: Timestamp | undefined
}

export interface Team {
  readonly id: TeamId
  readonly name: string
  /** Slack channel id. */
  readonly channel: string
  readonly lead: PersonId | undefined
  /** Who is paged, in this order. */
  readonly onCall: readonly PersonId[]
}

/** A person as the ranking sees them: with today's load and record. */
export interface Agent extends Person {
  readonly openTickets: number
  /** Confirmed and corrected decisions by topic; both are counts. */
  readonly record: Readonly<Record<string, { readonly right: number; readonly wrong: number }>>
  /** When this person last said "I am full", if they did. */
  readonly saidFullAt: Timestamp | undefined
}
