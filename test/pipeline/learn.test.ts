import { describe, expect, test } from 'vitest'
import type { TicketEvent } from '../../src/core/events.ts'
import { personId, teamId } from '../../src/core/ids.ts'
import { undo } from '../../src/core/moves.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { forgetEvent, learnFrom } from '../../src/pipeline/learn.ts'
import type { LessonStore } from '../../src/ports.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { DATABASES, type DatabaseKind } from '../support/databases.ts'
import { silentLog } from '../support/log.ts'
import { routingHouse } from '../support/routing-house.ts'

const grace = personId('grace')

async function school(kind: DatabaseKind) {
  const house = await routingHouse(kind)
  const { tickets, clock } = house
  const lessons = lessonStore(house.database)
  let refreshed = 0
  const refresh = async () => {
    refreshed += 1
  }
  const model = { ...house.tools.model, refresh }
  const human = { at: clock.now(), by: grace }
  const happens = async (ticket: Ticket, ...events: readonly TicketEvent[]) => (await tickets.record(ticket, events))!
  return {
    tickets,
    lessons,
    happens,
    ticket: await house.route(await house.receive()),
    accepted: { type: 'accepted', person: grace, ...human } as const,
    resolved: { type: 'resolved', person: grace, ...human } as const,
    learn: (id: Ticket['id'], from: LessonStore = lessons) =>
      learnFrom(id, { tickets, lessons: from, model, clock, log: silentLog }),
    forget: (id: Ticket['id'], version: number, from: LessonStore = lessons) =>
      forgetEvent(id, version, 'ada', { tickets, lessons: from, clock }),
    reassigned: {
      type: 'reassigned',
      team: teamId('billing-desk'),
      person: grace,
      wrong: 'topic',
      topic: 'login',
      priority: undefined,
      note: undefined,
      ...human,
    } as const,
    undone: async (ticket: Ticket) => {
      const outcome = undo(ticket, grace, clock.now(), String)
      return 'events' in outcome ? happens(ticket, ...outcome.events) : expect.fail(outcome.refused)
    },
    taught: async () =>
      (await lessons.after(0)).map(({ eventVersion, teaching }) => `${eventVersion} ${teaching.part}`),
    refreshes: () => refreshed,
  }
}

describe.each(DATABASES)('learning from a ticket on %s', (kind) => {
  test('takes what its history teaches, once, and tells the model', async () => {
    const { ticket, happens, accepted, resolved, learn, taught, refreshes } = await school(kind)
    await happens(ticket, accepted, resolved)

    await learn(ticket.id)
    await learn(ticket.id)

    expect(await taught()).toEqual(['4 topic', '4 record'])
    expect(refreshes()).toBe(1)
  })

  test('un-teaches what was undone, and teaches what follows', async () => {
    const { ticket, happens, accepted, resolved, learn, taught, undone } = await school(kind)
    const done = await happens(ticket, accepted, resolved)
    await learn(ticket.id)
    const back = await undone(done)
    await learn(ticket.id)
    expect(await taught()).toEqual([])

    await happens(back, resolved)
    await learn(ticket.id)

    expect(await taught()).toEqual(['6 topic', '6 record'])
  })

  test('does not bring back what was forgotten by hand', async () => {
    const { ticket, happens, accepted, resolved, learn, taught, forget } = await school(kind)
    await happens(ticket, accepted, resolved)
    await learn(ticket.id)

    expect(await forget(ticket.id, 4)).toBe(2)
    await learn(ticket.id)

    expect(await taught()).toEqual([])
  })

  test('un-teaches with a forgotten reassignment what was solved because of it', async () => {
    const { ticket, happens, accepted, resolved, learn, forget, lessons, reassigned } = await school(kind)
    await happens(ticket, reassigned, accepted, resolved)
    await learn(ticket.id)
    const topics = async () =>
      (await lessons.after(0)).flatMap(({ eventVersion, teaching }) =>
        teaching.part === 'topic' ? [[eventVersion, teaching.label]] : [],
      )
    expect(await topics()).toEqual([
      [3, 'login'],
      [5, 'login'],
    ])

    expect(await forget(ticket.id, 3)).toBe(1)

    expect(await topics()).toEqual([[5, 'billing']])
    await learn(ticket.id)
    expect(await topics()).toEqual([[5, 'billing']])
  })

  test('forgets an event rightly when the history grows meanwhile', async () => {
    const { ticket, happens, accepted, resolved, learn, forget, lessons, taught, reassigned } = await school(kind)
    const corrected = await happens(ticket, reassigned)
    await learn(ticket.id)
    let isFirst = true
    const slow: LessonStore = {
      ...lessons,
      async forget(...all) {
        if (isFirst) {
          isFirst = false
          await happens(corrected, accepted, resolved)
          await learn(ticket.id)
        }
        return lessons.forget(...all)
      },
    }

    expect(await forget(ticket.id, 3, slow)).toBe(1)

    expect(await taught()).toEqual(['5 topic', '5 record'])
  })

  test('ends right when the history grows between reading and writing', async () => {
    const { ticket, happens, accepted, resolved, learn, taught, undone, lessons } = await school(kind)
    const done = await happens(ticket, accepted, resolved)
    let writes = 0
    const slow: LessonStore = {
      ...lessons,
      async reconcile(...all) {
        writes += 1
        if (writes === 1) {
          await undone(done)
          await learn(ticket.id)
        }
        return lessons.reconcile(...all)
      },
    }

    await learn(ticket.id, slow)

    expect(writes).toBe(2)
    expect(await taught()).toEqual([])
  })

  test('ends right when an older reading is written after a newer one', async () => {
    const { ticket, happens, accepted, resolved, learn, taught, lessons } = await school(kind)
    let writes = 0
    const slow: LessonStore = {
      ...lessons,
      async reconcile(...all) {
        writes += 1
        if (writes === 1) {
          await happens(ticket, accepted, resolved)
          await learn(ticket.id)
        }
        return lessons.reconcile(...all)
      },
    }

    await learn(ticket.id, slow)

    expect(await taught()).toEqual(['4 topic', '4 record'])
  })
})
