import * as z from 'zod'
import type { AccountStore, Enricher, TicketStore } from '../ports.ts'
import { accountEnricher } from './account.ts'
import { openTicketsEnricher } from './open-tickets.ts'

/** Settings of everything on this shelf: a source that has some adds `.extend(ItsSettings.shape)`. */
export const EnricherSettings = z.looseObject({})
export type EnricherSettings = z.infer<typeof EnricherSettings>

/** What is asked about every ticket, all at once. Where two know the same fact, the later one is believed. */
export const enrichers = (
  _settings: EnricherSettings,
  { accounts, tickets }: { readonly accounts: AccountStore; readonly tickets: TicketStore },
): readonly Enricher[] => [accountEnricher(accounts), openTicketsEnricher(accounts, tickets)]
