import type { Account } from '../../core/customer.ts'
import type { History } from '../../core/explain.ts'
import type { NameOf } from '../../core/moves.ts'
import type { Agent, Team } from '../../core/person.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { Timestamp } from '../../core/time.ts'
import type { QueuedJob, SlackPost, StoredMessage } from '../../ports.ts'
import type { JourneyLine } from '../page-contract.ts'
import type { CodeOf } from './code.ts'

/** Everything a journey is told from, read at one moment. */
export interface Findings extends History {
  readonly ticket: Ticket
  /** Oldest first. */
  readonly messages: readonly StoredMessage[]
  readonly posts: readonly SlackPost[]
  /** Of the ticket and of its posts. */
  readonly jobs: readonly QueuedJob[]
  readonly agents: readonly Agent[]
  readonly teams: readonly Team[]
  readonly triageChannel: string | undefined
  /** As it stands now; the decision knows what it was then. */
  readonly account: Account | undefined
  /** Other open tickets of the account. */
  readonly alsoOpen: number
  readonly now: Timestamp
  readonly nameOf: NameOf
  readonly codeOf: CodeOf
}

/** One chapter of a journey, told from what was found and from nothing else. */
export type Telling = (findings: Findings) => readonly JourneyLine[]

export const DECISION = { kind: 'decision' } as const

export const eventSource = (version: number) => ({ kind: 'event', version }) as const

/** What people wrote, on one line, cut where it gets long and never within a character. */
export function excerpt(text: string, longest = 240): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1).replace(/\p{Surrogate}$/u, '')}…`
}

/** "2026-01-05 13:00 UTC" */
export const utc = (at: Timestamp): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`

export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`

/** "3 h 20 min" */
export function lasting(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [days && counted(days, 'day'), hours && `${hours} h`, rest && `${rest} min`].filter(Boolean)
  return parts.slice(0, 2).join(' ') || 'less than a minute'
}
