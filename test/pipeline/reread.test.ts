import { describe, expect, test } from 'vitest'
import { personId, type TicketId, teamId } from '../../src/core/ids.ts'
import { escalate, reassign } from '../../src/core/moves.ts'
import { isCalling } from '../../src/core/on-call.ts'
import { MINUTE, plusMs } from '../../src/core/time.ts'
import { reread } from '../../src/pipeline/reread.ts'
import type { Classifier } from '../../src/ports.ts'
import { DATABASES } from '../support/databases.ts'
import { routingHouse, saying } from '../support/routing-house.ts'
import { anInboundTicket } from '../support/tickets.ts'

const grace = personId('grace')
const alarmed: Classifier = {
  id: 'rules',
  slow: false,
  classify: async ({ subject, body }) => ({
    topics: { billing: 1 },
    priorities: /production is down/.test(`${subject} ${body}`) ? { P1: 1 } : { P3: 1 },
    because: [],
  }),
}
const calming = saying({ topics: { billing: 1 }, priorities: { P4: 1 } }, 'language-model', true)

describe.each(DATABASES)('what the customer added on %s', (kind) => {
  async function anOfferedTicket(classifiers: readonly Classifier[] = [alarmed]) {
    const house = await routingHouse(kind)
    const tools = { ...house.tools, classifiers }
    const ticket = await house.route(await house.receive({ externalId: 'first' }), tools)
    let replies = 0
    return {
      ...house,
      tools,
      ticket,
      async writes(visible: string, given = {}) {
        replies += 1
        const reply = { externalId: `reply ${replies}`, references: ['first'], visible, body: visible, ...given }
        await house.tickets.receive(anInboundTicket(reply))
      },
      async reads(id: TicketId) {
        await reread(id, tools)
        return house.tickets.get(id)
      },
    }
  }

  test('makes a ticket urgent that nobody has accepted, and rings', async () => {
    const { ticket, writes, reads, tickets, clock } = await anOfferedTicket([alarmed, calming])
    await writes('Now production is down!')
    clock.advance(10 * MINUTE)

    const after = await reads(ticket.id)

    expect(after).toMatchObject({ status: 'offered', assignee: ticket.assignee, team: ticket.team, priority: 'P1' })
    expect(after.classification?.priorityBecause).toBe('the customer wrote again: the words read like P1 (100 %)')
    expect(isCalling(after)).toBe(true)
    expect(after.respondBy! <= ticket.respondBy!).toBe(true)
    await reads(ticket.id)
    const types = (await tickets.events(ticket.id)).map(({ type }) => type)
    expect(types).toEqual(['received', 'routed', 'messageAdded', 'reprioritised'])
  })

  test('is also read when it stands in the subject alone', async () => {
    const { ticket, writes, reads } = await anOfferedTicket()
    await writes('', { subject: 'Re: production is down', body: '> quoted' })

    expect((await reads(ticket.id)).priority).toBe('P1')
  })

  test('changes nothing when it is no more urgent than what was there, whatever a slow voice made of that', async () => {
    const { ticket, writes, reads } = await anOfferedTicket([alarmed, calming])
    await writes('Thank you, I will wait.')

    expect(await reads(ticket.id)).toMatchObject({ priority: ticket.priority, version: ticket.version + 1 })
  })

  test('changes nothing where somebody is on it, or said how urgent it is', async () => {
    for (const decide of ['accept', 'lower', 'escalate'] as const) {
      const { ticket, writes, reads, tickets, clock } = await anOfferedTicket()
      const at = clock.now()
      const by = { at, by: grace }
      const lower = { team: teamId('billing-desk'), person: undefined, topic: undefined, note: undefined } as const
      const outcome = {
        accept: { events: [{ type: 'accepted', person: grace, ...by }] } as const,
        lower: reassign(ticket, grace, { ...lower, wrong: 'urgency', priority: 'P4' }, at, { nameOf: String }),
        escalate: escalate(ticket, grace, 'it burns', at),
      }[decide]
      const moved = await tickets.record(ticket, 'events' in outcome ? outcome.events : [])
      await writes('production is down')

      expect((await reads(ticket.id)).priority).toBe(moved?.priority)
    }
  })

  test('is read with the rest while the ticket is still being read', async () => {
    const { route, receive, tickets, tools } = await anOfferedTicket()
    const id = await receive({ externalId: 'another' })
    await tickets.receive(
      anInboundTicket({ externalId: 'more', references: ['another'], visible: 'production is down' }),
    )

    expect(await route(id, tools)).toMatchObject({ priority: 'P1', messages: 2, body: (await tickets.get(id)).body })
  })

  test('opens a resolved ticket again, and can make it urgent', async () => {
    const { ticket, writes, reads, tickets, clock } = await anOfferedTicket()
    await tickets.record(ticket, [{ type: 'resolved', person: grace, at: clock.now(), by: grace }])
    const received = plusMs(clock.now(), 60 * MINUTE)
    await writes('It happened again, production is down', { receivedAt: received })

    expect(await tickets.get(ticket.id)).toMatchObject({
      status: 'queued',
      resolvedAt: undefined,
      waitingSince: received,
      latestMessage: { excerpt: 'It happened again, production is down', at: received, reopened: true },
    })
    expect((await tickets.open()).map(({ id }) => id)).toEqual([ticket.id])
    expect(await reads(ticket.id)).toMatchObject({ status: 'queued', priority: 'P1' })
  })
})
