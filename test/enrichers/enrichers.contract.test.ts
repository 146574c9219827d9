import { describe, expect, test } from 'vitest'
import { NO_FACTS } from '../../src/core/customer.ts'
import { accountId, customerId } from '../../src/core/ids.ts'
import { EnricherSettings, enrichers } from '../../src/enrichers/index.ts'
import { gatherFacts } from '../../src/pipeline/gather-facts.ts'
import type { AccountStore, TicketStore } from '../../src/ports.ts'
import { recordingLog, silentLog } from '../support/log.ts'
import { aTicket } from '../support/tickets.ts'

/** Everything switched on; an address here is one where nobody listens. */
const SETTINGS = EnricherSettings.parse({})

const acme = { id: accountId('acme'), name: 'Acme', tier: 'enterprise', domains: [], owner: undefined, value: 1 }
const ada = { id: customerId('ada'), name: 'Ada', email: 'ada@acme.example', accountId: acme.id }
const accounts: Pick<AccountStore, 'byEmail'> = {
  byEmail: async (email) =>
    email === ada.email ? { customer: ada, account: acme } : { customer: undefined, account: undefined },
}
const tickets: Pick<TicketStore, 'openOfAccount'> = { openOfAccount: async () => 3 }
const stores = { accounts: accounts as AccountStore, tickets: tickets as TicketStore }
const from = (email: string | undefined) => aTicket({ requester: { email, name: undefined } })

const shelf = enrichers(SETTINGS, stores)

describe.each(shelf.map((enricher) => [enricher.id, enricher] as const))('enricher %s', (id, enricher) => {
  test('has a name of its own, and a limit a ticket can wait for', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(shelf.filter((other) => other.id === id)).toHaveLength(1)
    expect(enricher.timeoutMs).toBeGreaterThan(0)
    expect(enricher.timeoutMs).toBeLessThanOrEqual(5_000)
  })

  test.each([undefined, '', 'nobody', 'nobody@nowhere.example', '<b>@x'])('invents nobody for %s', async (email) => {
    const { customer, account, openTickets } = await gatherFacts(from(email), [enricher], silentLog)

    expect({ customer, account, openTickets }).toEqual({ customer: undefined, account: undefined, openTickets: 0 })
  })

  test('costs its own facts only when what it asks is down', async () => {
    const down = () => Promise.reject(new Error('down'))
    const broken = {
      accounts: { ...stores.accounts, byEmail: down },
      tickets: { ...stores.tickets, openOfAccount: down },
    }
    const [same] = enrichers(SETTINGS, broken).filter((other) => other.id === id)

    expect(await gatherFacts(from(ada.email), [same!], silentLog)).toEqual({ ...NO_FACTS, missing: [id] })
  })
})

test('together they know the customer, the account and what else is open', async () => {
  expect(await gatherFacts(from(ada.email), shelf, silentLog)).toMatchObject({
    customer: ada,
    account: acme,
    openTickets: 3,
  })
})

test('who does not know a fact takes it from nobody else', async () => {
  const ignorant = { id: 'ignorant', timeoutMs: 1_000, lookUp: async () => ({ account: undefined }) }

  expect(await gatherFacts(from(ada.email), [...shelf, ignorant], silentLog)).toMatchObject({ account: acme })
})

test('a source that dawdles is left behind, and the log does not say who wrote', async () => {
  const log = recordingLog()
  const dawdling = { id: 'dawdling', timeoutMs: 1, lookUp: () => new Promise<never>(() => undefined) }
  const facts = await gatherFacts(from(ada.email), [dawdling], log)

  expect(facts.missing).toEqual(['dawdling'])
  expect(JSON.stringify(log.lines)).toContain('dawdling')
  expect(JSON.stringify(log.lines)).not.toContain('ada@')
})
