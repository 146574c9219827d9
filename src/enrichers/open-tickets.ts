import type { AccountStore, Enricher, TicketStore } from '../ports.ts'

/** How many other tickets of the sender's account are open. */
export const openTicketsEnricher = (accounts: AccountStore, tickets: TicketStore): Enricher => ({
  id: 'open-tickets',
  timeoutMs: 2_000,
  async lookUp({ requester }) {
    const { account } = requester.email ? await accounts.byEmail(requester.email) : {}
    return account ? { openTickets: await tickets.openOfAccount(account.id) } : {}
  },
})
