import type { Opinion } from '../../src/core/classification.ts'
import { accountEnricher } from '../../src/enrichers/account.ts'
import { askEveryone, type RoutingTools, routeTicket } from '../../src/pipeline/route.ts'
import type { Classifier, TicketStore } from '../../src/ports.ts'
import { signals } from '../../src/signals/index.ts'
import { accountStore } from '../../src/storage/accounts.ts'
import { directory } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { fakeClock } from './clock.ts'
import { type DatabaseKind, freshDatabase } from './databases.ts'
import { silentLog } from './log.ts'
import { POLICY_FILE } from './policies.ts'
import { anInboundTicket } from './tickets.ts'

export const saying = (opinion: Partial<Opinion>, id = 'learned', slow = false): Classifier => ({
  id,
  slow,
  classify: async () => ({ because: [], ...opinion }),
})

/** Everything routing needs, on a real database, with voices that say what a test wants. */
export async function routingHouse(kind: DatabaseKind, policy: string | undefined = POLICY_FILE) {
  const database = await freshDatabase(kind)
  const clock = fakeClock()
  const policies = policyStore(database)
  if (policy) await policies.importDocument(policy, { author: 'ada', reason: 'test', at: clock.now() })
  const tickets: TicketStore = ticketStore(database, async () => undefined)
  const accounts = accountStore(database)
  const tools: RoutingTools = {
    tickets,
    directory: directory(database),
    policies,
    queue: { enqueue: async () => undefined },
    enrichers: [accountEnricher(accounts)],
    classifiers: [saying({ topics: { billing: 0.95, login: 0.05 }, priorities: { P3: 1 } })],
    signals,
    model: { version: () => 'base.0@0', refresh: async () => undefined, read: () => ({ because: [] }) },
    clock,
    log: silentLog,
  }
  return {
    database,
    tools,
    tickets,
    policies,
    clock,
    receive: async (given = {}) => (await tickets.receive(anInboundTicket(given))).ticket.id,
    route: async (
      id: Awaited<ReturnType<TicketStore['receive']>>['ticket']['id'],
      given: Partial<RoutingTools> = {},
    ) => {
      const asked: Promise<void>[] = []
      const all = { ...tools, ...given }
      const queue = { enqueue: async () => void asked.push(askEveryone(id, all)) }
      await routeTicket(id, { ...all, queue })
      await Promise.all(asked)
      return tickets.get(id)
    },
  }
}
