import type { Signal } from '../core/rank-agents.ts'

export const accountOwner: Signal = {
  id: 'account-owner',
  label: 'looks after this customer',
  favour: (_, { facts }) => `looks after ${facts.account?.name ?? 'this customer'}`,
  score: ({ id }, { facts }) => (facts.account?.owner === id ? 1 : 0),
}
