import { describe, expect, test } from 'vitest'
import type { DATABASES } from '../support/databases.ts'
import { openHouse, type Transport } from '../support/house.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { WEBHOOK_SECRET, WORKERS } from '../support/workplace.ts'

const BILLING = [
  'Charged twice',
  'Our card was charged twice for the same invoice in October, please refund one payment.',
] as const
const LOGIN = [
  'SSO',
  'Nobody can sign in with single sign-on since this morning, the login page says invalid SAML response.',
] as const

const WAYS: readonly (readonly [(typeof DATABASES)[number], Transport])[] = [
  ['sqlite', 'HTTP'],
  ['sqlite', 'Socket Mode'],
  ['postgres', 'HTTP'],
]

const slackOf = (person: string | undefined) => WORKERS.find(({ id }) => id === person)?.slack ?? 'nobody'

describe.each(WAYS)('a ticket on %s by %s', (kind, transport) => {
  test('becomes one card; accept, undo, accept and resolve move it and teach', async () => {
    const house = await openHouse(kind, transport)
    const ticket = await house.arrives(...BILLING)
    expect(ticket).toMatchObject({ status: 'offered', team: 'money', topic: 'billing' })
    const person = house.slack.as(slackOf(ticket.assignee))

    await person.click(await house.card(ticket), 'waybill:accept')
    await house.becomes(ticket, ({ status }) => status === 'accepted')
    await person.click(await house.card(ticket), 'waybill:undo')
    const before = await house.becomes(ticket, ({ status }) => status === 'offered')
    expect(before).toMatchObject({ assignee: ticket.assignee, acceptedAt: undefined })
    await person.click(await house.card(ticket), 'waybill:accept')
    await house.becomes(ticket, ({ status }) => status === 'accepted')
    await person.click(await house.card(ticket), 'waybill:resolve')
    await house.becomes(ticket, ({ status }) => status === 'resolved')

    const lessons = await house.slack.until(async () => {
      const logged = await house.app.lessons.list(10)
      return logged.length > 0 ? logged : undefined
    })
    expect(lessons.map(({ teaching }) => teaching)).toEqual(
      expect.arrayContaining([
        { part: 'topic', label: 'billing' },
        { part: 'record', person: ticket.assignee, topic: 'billing', right: true },
      ]),
    )
    expect(house.slack.ledger.visible('C0MONEY')).toHaveLength(1)
  })

  test('is reassigned by a form that asks which part was wrong, and its card moves to the other channel', async () => {
    const house = await openHouse(kind, transport)
    const ticket = await house.arrives(...BILLING)
    const person = house.slack.as(slackOf(ticket.assignee))

    await person.click(await house.card(ticket), 'waybill:reassign')
    await house.slack.until(() => person.modal())
    const refused = await person.submit({ team: 'success', wrong: 'topic' })
    expect(refused.errors).toHaveProperty('topic')
    await person.submit({ team: 'success', wrong: 'topic', topic: 'integrations' })
    const moved = await house.becomes(ticket, ({ team }) => team === 'success')

    expect(moved).toMatchObject({ status: 'queued', topic: 'integrations', assignee: undefined })
    expect((await house.card(ticket)).channel).toBe('C0SUCCESS')
    const [stub] = house.slack.ledger.visible('C0MONEY')
    expect(stub?.shows).toContain('moved to Success')
  })

  test('that is urgent rings the person on call, who acknowledges', async () => {
    const house = await openHouse(kind, transport)
    const ticket = await house.arrives(LOGIN[0], `${LOGIN[1]} This is a wildfire.`)
    expect(ticket.priority).toBe('P1')

    const onCall = house.slack.as('dorothy')
    const page = await house.slack.until(() => onCall.sees('@waybill').at(-1))
    await onCall.click(page, 'waybill:acknowledge')

    const after = await house.becomes(ticket, ({ acknowledgedBy }) => acknowledgedBy === 'dorothy')
    expect(after.status).toBe('offered')
    await house.slack.until(() => onCall.sees('@waybill').at(-1)?.shows.includes('cknowledged'))
  })

  test('has one winner when two people accept it, and the other reads who', async () => {
    const house = await openHouse(kind, transport)
    const ticket = await house.arrives(...BILLING)
    const card = await house.card(ticket)
    const rivals = [house.slack.as('adele'), house.slack.as('blaise')]

    await Promise.all(rivals.map((rival) => rival.click(card, 'waybill:accept')))
    const { assignee } = await house.becomes(ticket, ({ status }) => status === 'accepted')

    const loser = rivals.find(({ name }) => name !== assignee)
    const winner = WORKERS.find(({ id }) => id === assignee)?.name ?? 'nobody'
    const whispers = await house.slack.until(() => {
      const heard = loser?.whispers('C0MONEY') ?? []
      return heard.length > 0 ? heard : undefined
    })
    expect(whispers.at(-1)?.shows).toContain(`${winner} took this`)
  })
})

test('a restart forgets nothing: an old card still works, and what was taught stays taught', async () => {
  const house = await openHouse('sqlite')
  const first = await house.arrives(...BILLING)
  const person = house.slack.as(slackOf(first.assignee))
  await person.click(await house.card(first), 'waybill:escalate')
  await house.becomes(first, ({ escalation }) => escalation === 1)
  await house.slack.until(async () => (await house.app.lessons.list(5)).length === 1)
  const taught = (await house.app.model()).version()

  await house.restart()

  expect((await house.app.model()).version()).toBe(taught)
  await person.click(await house.card(first), 'waybill:accept')
  expect(await house.becomes(first, ({ status }) => status === 'accepted')).toMatchObject({ priority: 'P1' })
  expect(house.slack.ledger.visible('C0MONEY')).toHaveLength(1)
})

test('the same webhook twice is one ticket with one card', async () => {
  const house = await openHouse('sqlite')
  const message = {
    id: 'once',
    secret: WEBHOOK_SECRET,
    subject: BILLING[0],
    body: BILLING[1],
    from: 'a@customer.example',
  }

  const answers = await Promise.all(
    ['d1', 'd1', 'd2'].map((delivery) => sendWebhook(house.url, { ...message, delivery })),
  )
  expect(answers).toEqual([true, true, true])

  await house.slack.until(() => house.slack.ledger.visible('C0MONEY').length > 0, 20_000)
  await house.slack.until(async () => (await house.app.queue.counts()).ready === 0, 20_000)
  expect(await house.app.tickets.open()).toHaveLength(1)
  expect(house.slack.ledger.visible('C0MONEY')).toHaveLength(1)
})

test('a ticket whose job got lost is decided and shown at the next start', async () => {
  const house = await openHouse('sqlite')
  const ticket = await house.arrives(...BILLING)
  await house.app.database.write(async (tx) => {
    await tx.deleteFrom('slack_posts').execute()
    await tx.deleteFrom('jobs').execute()
    await tx.updateTable('tickets').set({ status: 'received', team: null }).execute()
  })

  await house.restart()

  expect(await house.becomes(ticket, ({ status }) => status === 'offered')).toMatchObject({ team: 'money' })
})
