import type { AccountId, CustomerId, PersonId } from './ids.ts'

/** A company that pays us. */
export interface Account {
  readonly id: AccountId
  readonly name: string
  readonly tier: string
  readonly domains: readonly string[]
  readonly owner: PersonId | undefined
  /** Yearly revenue in euros. */
  readonly value: number | undefined
}

/** A person who writes to us. */
export interface Customer {
  readonly id: CustomerId
  readonly name: string | undefined
  readonly email: string
  readonly accountId: AccountId | undefined
}

/** What we know about the sender of a ticket when it is decided. */
export interface Facts {
  readonly customer: Customer | undefined
  readonly account: Account | undefined
  /** How many other tickets of this account are open. */
  readonly openTickets: number
  /** Sources that did not answer in time, with the reason. */
  readonly missing: readonly string[]
}

export const NO_FACTS: Facts = { customer: undefined, account: undefined, openTickets: 0, missing: [] }
