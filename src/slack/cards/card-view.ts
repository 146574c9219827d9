import type { Account } from '../../core/customer.ts'
import type { PersonId, TeamId } from '../../core/ids.ts'
import type { Timestamp } from '../../core/time.ts'

/** What a card shows that is not in the ticket itself. */
export interface CardView {
  /** `block_id` of the first block: the outbox finds its posts by it. */
  readonly blockId: string
  readonly now: Timestamp
  readonly account: Account | undefined
  /** Other open tickets of this account. */
  readonly openTickets: number
  /** Web address of the original, when the source has one. */
  readonly original?: string | undefined
  nameOf(person: PersonId): string
  slackUserOf(person: PersonId): string | undefined
  topicName(topic: string): string
  teamName(team: TeamId): string
}
