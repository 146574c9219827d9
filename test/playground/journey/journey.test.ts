import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { forgetEvent } from '../../../src/pipeline/learn.ts'
import { REPOSITORY } from '../../../src/playground/journey/code.ts'
import { journeyOf } from '../../../src/playground/journey/journey.ts'
import type { Journey } from '../../../src/playground/page-contract.ts'
import { openHouse } from '../../support/house.ts'

const textOf = ({ chapters }: Journey) =>
  chapters.flatMap(({ lines }) => lines.map(({ says, detail }) => `${says} ${detail ?? ''}`)).join('\n')

test('follows a ticket of the real bot from its arrival to what its clicks taught', async () => {
  const house = await openHouse('sqlite')
  const { app, slack } = house
  const ticket = await house.arrives(
    'I was charged twice',
    'My card was charged twice for invoice 4410, please refund <b>one</b>.',
  )
  const before = await journeyOf(app, ticket.number)
  const events = async () => app.tickets.events(ticket.id)

  expect(before.ticket).toMatchObject({ number: 1, status: ticket.status, team: 'Money' })
  expect(textOf(before)).toContain('A signed webhook from ada@customer.example: “I was charged twice”')
  expect(textOf(before)).toContain('Together: billing')
  expect(textOf(before)).toContain('a card was put up in the channel of Money')
  for (const { source } of before.chapters.flatMap(({ lines }) => lines)) {
    if (source.kind === 'file') {
      expect(existsSync(new URL(source.path, REPOSITORY)), source.path).toBe(true)
      expect(source.line, source.path).toBeGreaterThan(0)
    }
    if (source.kind === 'event') expect((await events()).map(({ version }) => version)).toContain(source.version)
  }

  const adele = slack.as('adele')
  await adele.click(await house.card(ticket), 'waybill:accept')
  const taken = await house.becomes(ticket, ({ status }) => status === 'accepted')
  await adele.click(await house.card(taken), 'waybill:resolve')
  await house.becomes(ticket, ({ status }) => status === 'resolved')
  await slack.until(async () => (await app.lessons.ofTicket(ticket.id)).length === 2)
  const after = textOf(await journeyOf(app, ticket.number))
  expect(after).toContain('words like these mean billing, says Adele')
  expect(after).toContain('It stands at 1 of 1 right.')
  expect(after).toContain('Nothing: it is closed.')

  await forgetEvent(ticket.id, (await events()).at(-1)!.version, 'blaise', app)
  expect(textOf(await journeyOf(app, ticket.number))).toContain('says Adele: forgotten Blaise took it back for good')
})

test('says that there is no such ticket', async () => {
  const { app } = await openHouse('sqlite')

  await expect(journeyOf(app, 4711)).rejects.toThrow('There is no ticket #4711.')
})
