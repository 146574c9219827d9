import { expect, test } from 'vitest'
import { openHouse } from '../../support/house.ts'
import { aStage, servedPage } from './support.ts'

test('a card becomes a message with its ticket, and the ticket moves as people click', async () => {
  const house = await openHouse('sqlite')
  const { stage } = aStage(house.slack, house.app)
  const page = await servedPage(stage)
  const stream = await page.listen('U0ADELE')
  expect(stream.snapshot).toMatchObject({ me: 'U0ADELE', tickets: [], status: { counts: { tickets: 0 } } })

  const ticket = await house.arrives('wildfire', 'invoice charged twice')
  const card = await stream.until(() => stream.heard('message').find(({ message }) => message.ticket === ticket.number))
  await stream.until(() => stream.heard('ticket').find((event) => event.ticket.number === 1 && event.ticket.team))
  const shown = await page.messages('U0ADELE', card.message.channel)
  expect(shown.at(-1)).toMatchObject({ ticket: 1, channel: card.message.channel })
  await stream.until(() => stream.heard('status').find(({ status }) => status.counts.open === 1))
})
