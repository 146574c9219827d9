import { afterEach, describe, expect, test } from 'vitest'
import { timestamp } from '../../src/core/time.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import { receiveTickets } from '../../src/pipeline/receive.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'
import { anInboundTicket } from '../support/tickets.ts'

const NOW = timestamp('2026-01-05T09:00:00Z')
const LATER = timestamp('2027-01-01T00:00:00Z')
const KEY = 'webhook/generic/1'
const THREE = ['a', 'b', 'c'].map((externalId) => anInboundTicket({ externalId }))

afterEach(() => armFaults({}))

describe.each(DATABASES)('receiving tickets on %s', (kind) => {
  async function stage() {
    const database = await freshDatabase(kind)
    const tickets = ticketStore(database, async () => {})
    const inbox = inboxStore(database)
    await inbox.store({ key: KEY, kind: 'webhook', payload: '{}', receivedAt: NOW })
    return { tickets, inbox }
  }

  test('finishes their cause with the last of them', async () => {
    const { tickets, inbox } = await stage()

    const received = await receiveTickets(THREE, tickets, { inboxKey: KEY })

    expect(received.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created'])
    expect(await inbox.claimUnfinished(LATER, LATER, 10)).toEqual([])
  })

  test('ended anywhere in between, trying again stores what is missing and nothing twice', async () => {
    for (const pass of [1, 2, 3]) {
      for (const point of ['receive.before-store', 'receive.after-store']) {
        const { tickets, inbox } = await stage()
        const die = () => {
          throw new Error('killed')
        }
        armFaults({ crashAt: { point, pass }, die })
        await expect(receiveTickets(THREE, tickets, { inboxKey: KEY })).rejects.toThrow('killed')
        armFaults({})

        const isLast = pass === 3 && point === 'receive.after-store'
        expect(await inbox.claimUnfinished(LATER, NOW, 10)).toHaveLength(isLast ? 0 : 1)
        await receiveTickets(THREE, tickets, { inboxKey: KEY })

        expect(await tickets.open()).toHaveLength(3)
        expect(await inbox.claimUnfinished(LATER, LATER, 10)).toEqual([])
      }
    }
  })
})
