import { describe, expect, test } from 'vitest'
import { type Account, type Customer, NO_FACTS } from '../../src/core/customer.ts'
import { accountId, customerId } from '../../src/core/ids.ts'
import { gatherFacts } from '../../src/pipeline/gather-facts.ts'
import type { Enricher } from '../../src/ports.ts'
import { recordingLog, silentLog } from '../support/log.ts'
import { aTicket } from '../support/tickets.ts'

const account: Account = {
  id: accountId('acme'),
  name: 'Acme',
  tier: 'enterprise',
  domains: [],
  owner: undefined,
  value: undefined,
}
const customer: Customer = { id: customerId('bob'), name: 'Bob', email: 'bob@acme.example', accountId: account.id }
const knows = (id: string, facts: Awaited<ReturnType<Enricher['lookUp']>>): Enricher => ({
  id,
  timeoutMs: 10_000,
  lookUp: async () => facts,
})
const ticket = aTicket()

describe('gathering facts', () => {
  test('puts together what every source knows', async () => {
    const sources = [knows('account', { customer, account }), knows('open-tickets', { openTickets: 3 })]

    expect(await gatherFacts(ticket, sources, silentLog)).toEqual({ customer, account, openTickets: 3, missing: [] })
  })

  test('takes a fact from nobody because another source does not know it', async () => {
    const sources = [knows('account', { account }), knows('billing', { account: undefined, customer })]

    expect(await gatherFacts(ticket, sources, silentLog)).toMatchObject({ account, customer })
  })

  test('loses only the facts of a source that fails, and says which', async () => {
    const log = recordingLog()
    const failing: Enricher = { id: 'crm', timeoutMs: 10_000, lookUp: () => Promise.reject(new Error('503')) }
    const throwing: Enricher = {
      id: 'plan',
      timeoutMs: 10_000,
      lookUp() {
        throw new Error('no address')
      },
    }

    const facts = await gatherFacts(ticket, [failing, throwing, knows('account', { account })], log)

    expect(facts).toEqual({ ...NO_FACTS, account, missing: ['crm', 'plan'] })
    expect(log.lines.map(({ level, details }) => [level, details])).toEqual(
      expect.arrayContaining([
        ['warn', { ticketId: ticket.id, source: 'crm', error: 'Error: 503' }],
        ['warn', { ticketId: ticket.id, source: 'plan', error: 'Error: no address' }],
      ]),
    )
  })

  test('does not wait for a source that does not listen, and tells it that time is up', async () => {
    let heard: AbortSignal | undefined
    const dawdling: Enricher = {
      id: 'crm',
      timeoutMs: 5,
      lookUp(_, signal) {
        heard = signal
        return new Promise(() => {})
      },
    }

    expect(await gatherFacts(ticket, [dawdling, knows('account', { account })], silentLog)).toMatchObject({
      account,
      missing: ['crm'],
    })
    expect(heard?.aborted).toBe(true)
  })

  test('asks nobody when there is nobody', async () => {
    expect(await gatherFacts(ticket, [], silentLog)).toEqual(NO_FACTS)
  })
})
