import { describe, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import { consult } from '../../src/pipeline/consult.ts'
import type { Classifier } from '../../src/ports.ts'
import { routingHouse, saying } from '../support/routing-house.ts'

const quick = saying({ topics: { login: 0.95, billing: 0.05 }, priorities: { P1: 1 }, flags: ['outage'] }, 'rules')
const slowSays = {
  topics: { billing: 1 },
  priorities: { P4: 1 },
  summary: 'Nobody can log in.',
  flags: ['legal'],
} as const
const slow = saying(slowSays, 'language-model', true)

async function urgentTicket() {
  const house = await routingHouse('sqlite')
  const classifiers = [quick, slow]
  const ticket = await house.route(await house.receive(), { classifiers })
  return { ...house, ticket, tools: { ...house.tools, classifiers } }
}

describe('consulting the slow voices later', () => {
  test('adds what they say and moves nothing', async () => {
    const { ticket, tickets, tools } = await urgentTicket()
    expect(ticket.classification).not.toHaveProperty('summary')

    await consult(ticket.id, tools)

    const after = await tickets.get(ticket.id)
    const { classification: before, version: _, ...placed } = ticket
    const { classification, version, ...stillPlaced } = after
    expect(stillPlaced).toEqual(placed)
    expect(version).toBe(ticket.version + 1)
    expect(classification).toMatchObject({
      topic: before?.topic,
      priority: 'P1',
      summary: 'Nobody can log in.',
      flags: ['outage', 'legal'],
      missing: [],
    })
    expect(classification?.voices.map(({ id }) => id)).toEqual(['rules', 'language-model'])
  })

  test('asks once, however often the job runs', async () => {
    const { ticket, tickets, tools } = await urgentTicket()

    await consult(ticket.id, tools)
    await consult(ticket.id, tools)

    expect((await tickets.events(ticket.id)).filter(({ type }) => type === 'consulted')).toHaveLength(1)
  })

  test('keeps an undo open that was open', async () => {
    const { ticket, tickets, tools, clock } = await urgentTicket()
    const person = personId('grace')
    const accepted = await tickets.record(ticket, [{ type: 'accepted', person, at: clock.now(), by: person }])

    await consult(ticket.id, tools)

    expect((await tickets.get(ticket.id)).undoable).toEqual(accepted?.undoable)
  })

  test('tries again when somebody moved the ticket while the model was thinking', async () => {
    const { ticket, tickets, tools, clock } = await urgentTicket()
    const person = personId('grace')
    let thoughts = 0
    const thinking: Classifier = {
      ...slow,
      async classify() {
        thoughts += 1
        if (thoughts === 1) {
          const seen = await tickets.get(ticket.id)
          await tickets.record(seen, [{ type: 'accepted', person, at: clock.now(), by: person }])
        }
        return { because: [], ...slowSays }
      },
    }

    await consult(ticket.id, { ...tools, classifiers: [quick, thinking] })

    expect(await tickets.get(ticket.id)).toMatchObject({
      status: 'accepted',
      assignee: 'grace',
      classification: { summary: 'Nobody can log in.' },
    })
  })

  test('leaves resolved tickets, and houses without slow voices, alone', async () => {
    const { ticket, tickets, tools, clock } = await urgentTicket()
    await consult(ticket.id, { ...tools, classifiers: [quick] })
    expect((await tickets.get(ticket.id)).version).toBe(ticket.version)

    const person = personId('grace')
    const resolved = await tickets.record(ticket, [{ type: 'resolved', person, at: clock.now(), by: person }])
    await consult(ticket.id, tools)

    expect((await tickets.get(ticket.id)).version).toBe(resolved?.version)
  })
})
