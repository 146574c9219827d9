import { describe, expect, test } from 'vitest'
import { DATABASES } from '../support/databases.ts'
import { openHouse } from '../support/house.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { WEBHOOK_SECRET } from '../support/workplace.ts'

const BILLING = [
  'Charged twice',
  'Our card was charged twice for the same invoice in October, please refund one payment.',
] as const

async function arrived(kind: (typeof DATABASES)[number]) {
  const house = await openHouse(kind)
  const ticket = await house.arrives(...BILLING)
  const writesAgain = (body: string) =>
    sendWebhook(house.url, {
      id: 'second',
      delivery: 'second',
      secret: WEBHOOK_SECRET,
      subject: `Re: ${BILLING[0]}`,
      body,
      from: 'ada@customer.example',
      thread: ['t-1'],
    })
  return { house, ticket, writesAgain }
}

describe.each(DATABASES)('a customer who writes again on %s', (kind) => {
  test('opens a resolved ticket: its card has all its buttons again, and somebody accepts it', async () => {
    const { house, ticket, writesAgain } = await arrived(kind)
    const adele = house.slack.as('adele')
    await adele.click(await house.card(ticket), 'waybill:resolve')
    await house.becomes(ticket, ({ status }) => status === 'resolved')

    await writesAgain('The refund never came.')
    const open = await house.becomes(ticket, ({ status, messages }) => status === 'queued' && messages === 2)
    expect(open).toMatchObject({ team: 'money', latestMessage: { excerpt: 'The refund never came.', reopened: true } })
    await adele.click(await house.card(ticket), 'waybill:accept')

    expect(await house.becomes(ticket, ({ status }) => status === 'accepted')).toMatchObject({ assignee: 'adele' })
  })

  test('and makes a ticket urgent that nobody accepted rings the person on call', async () => {
    const { house, ticket, writesAgain } = await arrived(kind)
    expect(ticket.priority).not.toBe('P1')

    await writesAgain('Now it is a wildfire.')
    await house.becomes(ticket, ({ priority }) => priority === 'P1')

    const onCall = house.slack.as('adele')
    const page = await house.slack.until(() => onCall.sees('@waybill').at(-1))
    await onCall.click(page, 'waybill:acknowledge')
    await house.becomes(ticket, ({ acknowledgedBy }) => acknowledgedBy === 'adele')
  })
})
