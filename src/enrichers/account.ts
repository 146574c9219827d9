import type { AccountStore, Enricher } from '../ports.ts'

/** Who the sender is, from the tables the policy file and `waybill accounts import` fill. */
export const accountEnricher = (accounts: AccountStore): Enricher => ({
  id: 'account',
  timeoutMs: 2_000,
  async lookUp({ requester }) {
    return requester.email ? accounts.byEmail(requester.email) : {}
  },
})
