import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { askEveryone, type RoutingTools, routeTicket } from '../../src/pipeline/route.ts'
import type { Classifier } from '../../src/ports.ts'
import { jobEngine } from '../../src/queue/index.ts'
import { SLOW_AT_ONCE, workApart } from '../../src/queue/work-apart.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { systemClock } from '../support/clock.ts'
import { DATABASES } from '../support/databases.ts'
import { silentLog } from '../support/log.ts'
import { routingHouse } from '../support/routing-house.ts'
import { anInboundTicket } from '../support/tickets.ts'

const OTHERS = 64

const alarmed: Classifier = {
  id: 'rules',
  slow: false,
  classify: async ({ subject }) => ({
    topics: { billing: 1 },
    priorities: subject === 'production is down' ? { P1: 1 } : { P3: 1 },
    because: [],
  }),
}

/** A language model that answers when it is told to. */
function pensive() {
  const { promise: told, resolve: answer } = Promise.withResolvers<void>()
  const model = { asked: 0, thinking: 0, most: 0 }
  const classifier: Classifier = {
    id: 'language-model',
    slow: true,
    async classify() {
      model.asked += 1
      model.thinking += 1
      model.most = Math.max(model.most, model.thinking)
      await told
      model.thinking -= 1
      return { topics: { billing: 1 }, because: [] }
    },
  }
  return { model, classifier, answer }
}

describe.each(DATABASES)('a burst on %s', (kind) => {
  test('decides a P1 while 64 tickets before it wait for the language model, then those too', {
    timeout: 60_000,
  }, async () => {
    const { database, tools: given } = await routingHouse(kind)
    const { queue, enqueue } = await jobEngine(database, { clock: systemClock, log: silentLog, pollMs: 50 })
    const tickets = ticketStore(database, enqueue)
    const { model, classifier, answer } = pensive()
    const tools: RoutingTools = { ...given, tickets, queue, classifiers: [alarmed, classifier] }
    const worker = await workApart(queue, {
      route: ({ ticketId }) => routeTicket(ticketId, tools),
      ask: ({ ticketId }) => askEveryone(ticketId, tools),
    })
    onTestFinished(() => worker.stop(1_000))
    const undecided = async () => (await tickets.open()).filter(({ status }) => status === 'received').length

    for (let number = 1; number <= OTHERS; number++)
      await tickets.receive(anInboundTicket({ externalId: `ordinary ${number}` }))
    await vi.waitFor(() => expect(model.thinking).toBe(SLOW_AT_ONCE), { timeout: 20_000 })
    const { ticket } = await tickets.receive(anInboundTicket({ subject: 'production is down' }))
    await vi.waitFor(async () => expect((await tickets.get(ticket.id)).priority).toBe('P1'), { timeout: 20_000 })

    expect(await undecided()).toBe(OTHERS)
    answer()
    await vi.waitFor(async () => expect(await undecided()).toBe(0), { timeout: 30_000 })
    expect(model).toEqual({ asked: OTHERS, thinking: 0, most: SLOW_AT_ONCE })
  })
})
