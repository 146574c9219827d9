import { afterEach, describe, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import type { TicketStore } from '../../src/ports.ts'
import type { SeenPost } from '../../src/slack/bolt.ts'
import { socketConnections } from '../../src/slack/socket.ts'
import { office } from './office.ts'

const CARD = 'I was charged twice'

describe('a click', () => {
  test('takes effect once, and the loser of a race reads who won', async () => {
    const { slack, tickets, app, offered } = await office()
    const { id } = await offered()

    await Promise.all([slack.as('grace').click(CARD, 'Accept'), slack.as('omar').click(CARD, 'Accept')])
    await app.idle()

    const ticket = await tickets.get(id)
    expect(ticket).toMatchObject({ status: 'accepted', version: 3 })
    const [winner, loser] = ticket.assignee === 'grace' ? ['Grace Hopper', 'omar'] : ['Omar Said', 'grace']
    expect(slack.as(loser).whispers('billing')).toMatchObject([{ text: `${winner} took this just now.` }])
    expect(slack.ledger.failures).toEqual([])
  })

  test('moves the ticket through accept, hand back, undo, escalate, acknowledge and resolve', async () => {
    const { slack, app, tickets, jobs, offered, redraw, statusOf } = await office()
    const { id } = await offered()
    const grace = slack.as('grace')
    const press = async (label: string) => {
      await grace.click(CARD, label)
      await app.idle()
      await redraw(id)
    }

    await press('Accept')
    await press('Hand back')
    expect(await statusOf(id)).toBe('queued')
    await press('Undo')
    expect(await tickets.get(id)).toMatchObject({ status: 'accepted', assignee: 'grace' })
    await press('Escalate')
    expect(await tickets.get(id)).toMatchObject({ escalation: 1, priority: 'P1' })
    await press('Acknowledge')
    expect(await tickets.get(id)).toMatchObject({ acknowledgedBy: 'grace' })
    await press('Resolve')

    expect(await statusOf(id)).toBe('resolved')
    expect(grace.whispers()).toEqual([])
    expect(jobs.map(({ kind }) => kind)).toContain('page')
  })

  test('is refused to people nobody added, with a sentence', async () => {
    const { slack, app, offered, statusOf } = await office()
    const { id } = await offered()

    await slack.as('mallory').click(CARD, 'Accept')
    await app.idle()

    expect(await statusOf(id)).toBe('offered')
    expect(slack.as('mallory').whispers()).toMatchObject([
      { text: 'You are not on the support rota yet. Ask an admin to add you.' },
    ])
  })

  test('whispers by the response address when the bot may not speak in the channel', async () => {
    const { slack, app, offered } = await office()
    await offered()
    slack.failNext('chat.postEphemeral', 'not-ok-internal-error')

    await slack.as('mallory').click(CARD, 'Accept')
    await app.idle()

    expect(slack.as('mallory').whispers()).toHaveLength(1)
  })

  test('on an outdated card is answered and the card is drawn anew', async () => {
    const refreshed: string[] = []
    const refreshCard = async (id: string) => void refreshed.push(id)
    const { slack, app, tickets, offered } = await office({ deps: { refreshCard } })
    const ticket = await offered()
    const grace = personId('grace')
    await tickets.record(ticket, [{ type: 'resolved', person: grace, at: ticket.receivedAt, by: grace }])

    await slack.as('omar').click(CARD, 'Accept')
    await app.idle()

    expect(slack.as('omar').whispers()).toMatchObject([{ text: 'This ticket is already resolved.' }])
    expect(refreshed).toEqual([ticket.id])
  })
})

test('“Read all” opens everything the customer wrote, as plain text', async () => {
  const { slack, app, offered } = await office()
  await offered()
  const grace = slack.as('grace')

  await grace.click(CARD, 'Read all')
  await app.idle()

  const modal = await slack.until(() => grace.modal())
  expect(modal.shows).toContain(CARD)
  expect(JSON.stringify(modal.blocks)).toContain('plain_text')
})

test('asks Slack nothing before it acknowledges, and writes no words or tokens into its log', async () => {
  const { slack, app, log, offered } = await office()
  await offered()

  await slack.as('mallory').click(CARD, 'Accept')
  await slack.as('grace').click(CARD, 'Reassign')
  await slack.as('grace').command('/waybill why 1', 'billing')
  await app.idle()

  expect(slack.ledger.calls('auth.test')).toEqual([])
  const written = JSON.stringify(log.lines)
  for (const secret of ['charged', 'ada@example.com', 'xox', 'Hopper']) expect(written).not.toContain(secret)
  expect(log.lines).not.toEqual([])
})

describe('Reassign', () => {
  test('opens a form, shows what is wrong in it, and moves the ticket', async () => {
    const { slack, app, tickets, offered } = await office()
    const { id } = await offered()
    const grace = slack.as('grace')

    await grace.click(CARD, 'Reassign')
    await app.idle()
    expect(grace.modal()?.shows).toContain('Reassign #1')
    expect(grace.modal()?.privateMetadata).toBe(id)

    expect(await grace.submit({ Team: 'login', 'What was wrong?': 'topic' })).toMatchObject({
      status: 'errors',
      errors: { topic: 'Which topic is right? Several lead to this team.' },
    })
    expect(await grace.submit({ Team: 'billing', Person: 'lea', 'What was wrong?': 'skill' })).toMatchObject({
      status: 'errors',
      errors: { person: 'Lea Lang is not in Billing; choose their team or somebody else.' },
    })
    expect(
      await grace.submit({ Team: 'login', Person: 'lea', 'What was wrong?': 'topic', 'Right topic': 'sso' }),
    ).toMatchObject({
      status: 'closed',
    })
    await app.idle()

    expect(await tickets.get(id)).toMatchObject({ status: 'offered', team: 'login', assignee: 'lea', topic: 'sso' })
    expect((await tickets.events(id)).at(-1)).toMatchObject({ type: 'reassigned', wrong: 'topic', by: 'grace' })
  })

  test('is refused inside the form when the ticket was resolved meanwhile', async () => {
    const { slack, app, tickets, offered } = await office()
    const ticket = await offered()
    const grace = slack.as('grace')
    await grace.click(CARD, 'Reassign')
    await app.idle()
    const omar = personId('omar')
    await tickets.record(ticket, [{ type: 'resolved', person: omar, at: ticket.receivedAt, by: omar }])

    const submitted = await grace.submit({ Team: 'login', 'What was wrong?': 'full' })

    expect(submitted).toMatchObject({
      status: 'errors',
      errors: { team: '“Reassign” is no longer possible: this ticket has moved on.' },
    })
  })

  test('asks for another click when the trigger expired', async () => {
    const { slack, app, offered, slackIsAheadBy } = await office({
      onAgents: () => slackIsAheadBy(4_000),
    })
    await offered()

    await slack.as('grace').click(CARD, 'Reassign')
    await app.idle()

    expect(slack.as('grace').whispers()).toMatchObject([
      { text: 'That took too long for Slack to open the form. Please click Reassign again.' },
    ])
  })

  test('is not opened for people nobody added', async () => {
    const { slack, app, offered } = await office()
    await offered()

    await slack.as('mallory').click(CARD, 'Reassign')
    await app.idle()

    expect(slack.as('mallory').modal()).toBeUndefined()
    expect(slack.as('mallory').whispers()).toHaveLength(1)
  })
})

describe('/waybill', () => {
  test('answers with what this person can do', async () => {
    const { slack, app } = await office()

    await slack.as('grace').command('/waybill', 'billing')
    await app.idle()

    const [said] = slack.as('grace').whispers('billing')
    expect(said?.text).toContain('Hello Grace Hopper. You are an agent here')
    expect(said?.text).toContain('`/waybill why 4711`')
  })
})

test('a post of our own that Slack shows is handed on with its key', async () => {
  const seen: SeenPost[] = []
  const { slack, app } = await office({ deps: { seenPost: async (post) => void seen.push(post) } })
  const key = 'a'.repeat(64)

  await fetch(`${slack.app.slackApiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.app.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: 'C0BILLING',
      text: 'a card',
      metadata: { event_type: 'waybill_card', event_payload: { k: key, a: 1 } },
    }),
  })
  await slack.until(() => seen.length > 0)
  await app.idle()

  expect(seen).toMatchObject([{ channel: 'C0BILLING', key, byUs: true }])
})

test('a click that could not be worked on is tried again and takes effect once', async () => {
  let broken = true
  const flaky = (tickets: TicketStore): TicketStore => ({
    ...tickets,
    record: async (...args) => {
      if (broken) throw new Error('the database went away')
      return tickets.record(...args)
    },
  })
  const first = await office()
  const { id } = await first.offered()
  const second = await office({
    deps: { tickets: flaky(first.tickets), inbox: first.inbox, directory: first.directory, policies: first.policies },
  })
  first.slack.deliverTo(undefined)
  const body = {
    type: 'block_actions',
    team: { id: 'T0WAYBILL' },
    user: { id: 'U0GRACE' },
    channel: { id: 'C0BILLING' },
    trigger_id: 'trigger-1',
    actions: [{ type: 'button', action_id: 'waybill:accept', block_id: 'b', action_ts: '1.1', value: `${id}:2` }],
  }

  await second.app.accept(body)
  await second.app.idle()
  expect(await first.statusOf(id)).toBe('offered')
  broken = false
  await first.app.replayUnfinished(-60_000)
  await first.app.accept(body)
  await first.app.replayUnfinished(-60_000)
  await first.app.idle()

  expect(await first.tickets.get(id)).toMatchObject({ status: 'accepted', assignee: 'grace', version: 3 })
  expect(await first.inbox.setAside()).toEqual([])
})

describe('a process that dies', () => {
  afterEach(() => armFaults({}))
  const dying = (point: string) =>
    armFaults({
      crashAt: { point, pass: 1 },
      die: () => {
        throw new Error('killed')
      },
    })

  test.each(['slack.receive.after-ack', 'slack.click.before-perform', 'slack.click.after-perform'])(
    'at %s loses no click and doubles none',
    async (point) => {
      const { slack, app, tickets, inbox, offered } = await office()
      const { id } = await offered()
      dying(point)

      await slack.as('grace').click(CARD, 'Accept')
      await app.idle()
      armFaults({})
      await app.replayUnfinished(-60_000)
      await app.replayUnfinished(-60_000)

      expect((await tickets.events(id)).map(({ type }) => type)).toEqual(['received', 'routed', 'accepted'])
      expect(slack.as('grace').whispers()).toEqual([])
      expect(await inbox.setAside()).toEqual([])
    },
  )

  test.each(['slack.submit.before-ack', 'slack.submit.after-ack', 'slack.click.after-perform'])(
    'at %s loses no form and doubles none',
    async (point) => {
      const { slack, app, tickets, offered } = await office()
      const { id } = await offered()
      const grace = slack.as('grace')
      await grace.click(CARD, 'Reassign')
      await app.idle()
      dying(point)

      await grace.submit({ Team: 'login', 'What was wrong?': 'full' })
      await app.idle()
      armFaults({})
      await app.replayUnfinished(-60_000)
      await app.replayUnfinished(-60_000)

      expect((await tickets.events(id)).map(({ type }) => type)).toEqual(['received', 'routed', 'reassigned'])
      expect(grace.whispers()).toEqual([])
    },
  )
})

describe('Socket Mode', () => {
  test('stores and acknowledges like HTTP, forms and commands included', async () => {
    const { slack, app, deps, tickets, offered } = await office({ viaHttp: false })
    const { id } = await offered()
    const { accept } = { accept: (body: Readonly<Record<string, unknown>>) => app.accept(body) }
    const sockets = socketConnections({ appToken: slack.app.appToken, accept, log: deps.log, apiUrl: deps.apiUrl })
    await slack.until(() => slack.socket.connections === 2)
    const grace = slack.as('grace')

    await grace.click(CARD, 'Reassign')
    await app.idle()
    expect(await grace.submit({ Team: 'login', 'What was wrong?': 'urgency' })).toMatchObject({
      status: 'errors',
      errors: { priority: 'Which priority is right?' },
    })
    expect(await grace.submit({ Team: 'login', 'What was wrong?': 'urgency', 'Right priority': 'P3' })).toMatchObject({
      status: 'closed',
    })
    await grace.command('/waybill help', 'billing')
    await app.idle()

    expect(await tickets.get(id)).toMatchObject({ status: 'queued', team: 'login', priority: 'P3' })
    expect(grace.whispers('billing')).toHaveLength(1)
    expect(slack.ledger.deliveries('view_submission')).toMatchObject([
      { via: 'socket', acked: true },
      { via: 'socket', acked: true },
    ])
    await sockets.stop()
  })

  test('comes back after refreshes, cuts and refused connections', async () => {
    const { slack, app, deps, offered, statusOf } = await office({ viaHttp: false })
    const { id } = await offered()
    for (let attempt = 0; attempt < 4; attempt += 1)
      slack.failNext('apps.connections.open', attempt % 2 ? 'before-reset' : 'before-5xx')
    const accept = (body: Readonly<Record<string, unknown>>) => app.accept(body)
    const options = { appToken: slack.app.appToken, accept, log: deps.log, apiUrl: deps.apiUrl, pauseMs: 10 }
    const sockets = socketConnections(options)

    await slack.until(() => slack.socket.connections === 2)
    slack.socket.refresh()
    await slack.until(() => slack.socket.connections === 2)
    slack.socket.cut()
    await slack.until(() => slack.socket.connections < 2)
    await slack.until(() => slack.socket.connections === 2)
    await slack.as('grace').click(CARD, 'Accept')
    await app.idle()

    expect(await statusOf(id)).toBe('accepted')
    await sockets.stop()
    expect(sockets.connected()).toBe(0)
  })
})
