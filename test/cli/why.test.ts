import { expect, test } from 'vitest'
import { explainTicket } from '../../src/cli/why.ts'
import { personId } from '../../src/core/ids.ts'
import { forgetEvent, learnFrom } from '../../src/pipeline/learn.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { silentLog } from '../support/log.ts'
import { routingHouse } from '../support/routing-house.ts'

test('waybill why says of a lesson that was forgotten that it teaches no more', async () => {
  const { database, tools, tickets, receive, route } = await routingHouse('sqlite')
  const lessons = lessonStore(database)
  const learning = { ...tools, lessons, log: silentLog }
  const grace = personId('grace')
  const ticket = await route(await receive())
  const human = { at: ticket.receivedAt, by: grace } as const
  const resolved = await tickets.record(ticket, [
    { type: 'accepted', person: grace, ...human },
    { type: 'resolved', person: grace, ...human },
  ])
  await learnFrom(ticket.id, learning)
  const said = async (json = false) => {
    const lines: string[] = []
    await explainTicket(
      { ...tools, lessons },
      '#1',
      { json },
      { out: (line) => lines.push(line), err: () => undefined },
    )
    return lines.join('\n')
  }
  expect(await said()).toContain('words like these mean billing (Grace Hopper)')
  expect(await said()).not.toContain('forgotten')

  await forgetEvent(ticket.id, resolved!.version, 'alan', learning)

  expect(await said()).toMatch(/words like these mean billing \(Grace Hopper\); forgotten by Alan Turing, .* no more/)
  expect(JSON.parse(await said(true))).toMatchObject({ lessons: [{ forgottenBy: 'alan' }, { forgottenBy: 'alan' }] })
})
