import { expect, test } from 'vitest'
import { DATABASES } from '../support/databases.ts'
import { openHouse, type Transport } from '../support/house.ts'
import { WORKERS } from '../support/workplace.ts'

const TRANSPORTS: readonly Transport[] = ['HTTP', 'Socket Mode']

test.each(DATABASES.flatMap((kind) => TRANSPORTS.map((transport) => ({ kind, transport }))))(
  'on $kind, over $transport, the Home tab and the shortcut on a card show what is true, after a restart too',
  async ({ kind, transport }) => {
    const house = await openHouse(kind, transport)
    const { slack } = house
    const ticket = await house.arrives('I was charged twice', 'My card was charged twice in March. Please refund one.')
    const worker = WORKERS[0]!
    const person = slack.as(worker.slack)
    const homeShows = (text: string) => slack.until(() => person.home()?.shows.includes(text))

    await person.openHome()
    await homeShows(`Hello ${worker.name}`)
    await person.click(await house.card(ticket), 'Accept')
    await house.becomes(ticket, ({ assignee }) => assignee === worker.id)
    await homeShows('I was charged twice')
    await house.restart()
    await person.click('home', 'Resolve')
    await house.becomes(ticket, ({ status }) => status === 'resolved')
    await homeShows('Nothing is yours')
    await person.shortcut('waybill:why', await house.card(ticket))

    const modal = await slack.until(() => person.modal())
    expect(modal.shows).toContain(`${worker.name} resolved it`)
    expect(slack.ledger.failures).toEqual([])
  },
)
