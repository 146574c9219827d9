import { beforeEach, describe, expect, test } from 'vitest'
import { personId, ticketId } from '../../src/core/ids.ts'
import type { Lesson, Teaching } from '../../src/core/lesson.ts'
import { timestamp } from '../../src/core/time.ts'
import type { Directory, TicketStore } from '../../src/ports.ts'
import type { Database } from '../../src/storage/database.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { directory } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'
import { POLICY_FILE } from '../support/policies.ts'
import { routed } from '../support/routing.ts'
import { anInboundTicket } from '../support/tickets.ts'

const at = timestamp('2026-01-05T09:00:00Z')
const grace = personId('grace')
const alan = personId('alan')

describe.each(DATABASES)('directory on %s', (kind) => {
  let database: Database
  let people: Directory
  let tickets: TicketStore

  beforeEach(async () => {
    database = await freshDatabase(kind)
    people = directory(database)
    tickets = ticketStore(database, async () => undefined)
    await policyStore(database).importDocument(POLICY_FILE, { author: 'ada', reason: 'test', at })
  })

  const agent = async (id = grace) => (await people.agents()).find((one) => one.id === id)
  const receive = async (number: number) =>
    (await tickets.receive(anInboundTicket({ externalId: `message-${number}` }))).ticket

  test('finds people by their Slack user', async () => {
    expect((await people.bySlackUser('U0ALAN'))?.id).toBe('alan')
    expect(await people.bySlackUser('U0NOBODY')).toBeUndefined()
  })

  test('counts the open tickets of a person, offered and accepted ones, not resolved ones', async () => {
    const first = (await tickets.record(await receive(1), [routed()]))!
    const second = (await tickets.record(await receive(2), [routed()]))!
    await receive(3)
    expect(await agent()).toMatchObject({ openTickets: 2 })

    await tickets.record(first, [{ type: 'accepted', person: grace, at, by: grace }])
    await tickets.record(second, [{ type: 'resolved', person: grace, at, by: grace }])

    expect(await agent()).toMatchObject({ openTickets: 1 })
    expect(await agent(alan)).toMatchObject({ openTickets: 0 })
  })

  test('counts right and wrong per topic, and only lessons that hold', async () => {
    const lessons = lessonStore(database)
    const ticket = ticketId('t1')
    const lesson = (eventVersion: number, teaching: Teaching): Lesson => ({
      ticketId: ticket,
      eventVersion,
      at,
      by: 'grace',
      teaching,
      text: 'x',
    })
    const record = (right: boolean, topic = 'billing') => ({ part: 'record', person: grace, topic, right }) as const
    const all = [
      lesson(3, record(true)),
      lesson(4, record(true)),
      lesson(5, record(false)),
      lesson(6, record(false, 'login')),
      lesson(7, { part: 'capacity', person: grace }),
    ]
    await lessons.reconcile(ticket, () => all, at)
    expect(await agent()).toMatchObject({
      record: { billing: { right: 2, wrong: 1 }, login: { right: 0, wrong: 1 } },
      saidFullAt: at,
    })

    await lessons.forget({ ticket, version: 5, by: 'ada', at }, () => all)
    await lessons.reconcile(ticket, () => all.slice(0, 4), at)

    expect(await agent()).toMatchObject({ record: { billing: { right: 2, wrong: 0 } }, saidFullAt: undefined })
    expect(await agent(alan)).toMatchObject({ record: {}, saidFullAt: undefined })
  })

  test('changes skills, tells what was before and keeps a log of it', async () => {
    expect(await people.setSkill(grace, 'billing', 1, alan, at)).toBe(3)
    expect(await people.setSkill(grace, 'outage', 2, alan, at)).toBeUndefined()
    expect(await people.removeSkill(grace, 'login', alan, at)).toBe(1)
    expect(await people.removeSkill(grace, 'login', alan, at)).toBeUndefined()

    expect((await people.person(grace))?.skills).toEqual({ billing: 1, outage: 2 })
    const log = await database.read.selectFrom('directory_changes').selectAll().orderBy('id').execute()
    expect(log.map(({ person_id, change, before, after, by }) => [person_id, change, before, after, by])).toEqual([
      ['grace', 'skill billing', '3', '1', 'alan'],
      ['grace', 'skill outage', null, '2', 'alan'],
      ['grace', 'skill login', '1', null, 'alan'],
      ['grace', 'skill login', null, null, 'alan'],
    ])
  })

  test('bears two people changing one skill at once', async () => {
    await Promise.all([1, 2, 3].map((level) => people.setSkill(grace, 'outage', level as 1 | 2 | 3, alan, at)))

    expect((await people.person(grace))?.skills.outage).toBeGreaterThan(0)
  })
})
