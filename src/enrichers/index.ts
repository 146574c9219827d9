import type { AccountStore, Enricher, TicketStore } from '../ports.ts'
import { accountEnricher } from './account.ts'
import { openTicketsEnricher } from './open-tickets.ts'

export const enrichers = (accounts: AccountStore, tickets: TicketStore): readonly Enricher[] => [
  accountEnricher(accounts),
  openTicketsEnricher(accounts, tickets),
]
