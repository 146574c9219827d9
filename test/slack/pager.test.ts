import { afterEach, describe, expect, test } from 'vitest'
import { personId, teamId } from '../../src/core/ids.ts'
import { outboxStage, type Stage } from './outbox-stage.ts'

let stage: Stage
const open = async (...options: Parameters<typeof outboxStage>) => (stage = await outboxStage(...options))

afterEach(() => stage.stop())

const hasButton = (who: string, label: string) =>
  stage.pages(who).some(({ blocks }) => JSON.stringify(blocks.filter(({ type }) => type === 'actions')).includes(label))

const paged = () => ['adele', 'blaise', 'cuthbert', 'dorothy'].filter((who) => stage.pages(who).length > 0)

describe('the pager', () => {
  test('rings the first person on call of the team, with a button', async () => {
    await open()
    await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.atRest()

    expect(paged()).toEqual(['adele'])
    expect(stage.pages('adele')).toHaveLength(1)
    expect(stage.pages('adele')[0]?.shows).toContain('You are first on call for Money')
    expect(hasButton('adele', 'Acknowledge')).toBe(true)
  })

  test('rings nobody for what is not urgent', async () => {
    await open()
    await stage.routed({ team: 'money', priority: 'P2' })
    await stage.start()
    await stage.atRest()

    expect(paged()).toEqual([])
  })

  test('goes to the next person at once when a message cannot be delivered', async () => {
    await open({ timings: { quarantineMs: 600_000, retryMs: 600_000 } })
    stage.slack.deactivate('adele')
    stage.slack.deactivate('blaise')
    const ticket = await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.slack.until(() => stage.pages('cuthbert').length === 1)

    await stage.slack.until(async () => {
      const pages = (await stage.postsOf(ticket.id)).filter(({ kind }) => kind === 'page')
      const ends = pages.map(({ state, lastError }) => lastError ?? state).toSorted()
      return ends.join() === 'posted,user_disabled,user_disabled'
    })
  })

  test('says so loudly when nobody can be rung', async () => {
    await open()
    for (const who of ['adele', 'blaise', 'cuthbert']) stage.slack.deactivate(who)
    await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.slack.until(() => stage.lines.some(({ message }) => message.includes('nobody can be called')))

    expect(paged()).toEqual([])
  })

  test('rings an admin when the ticket has no team', async () => {
    await open({ change: (policy) => policy.replace('slack: U0HEDY, role: lead', 'slack: U0HEDY, role: admin') })
    await stage.routed({ priority: 'P1' })
    await stage.start()
    await stage.atRest()

    expect(stage.pages('hedy')).toHaveLength(1)
  })

  test('shows an acknowledgement on the page and takes the button away', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.atRest()
    await stage.record(ticket.id, { type: 'acknowledged', person: personId('blaise'), by: 'blaise' })
    await stage.atRest()

    expect(stage.pages('adele')[0]?.shows).toContain('Blaise acknowledged the call')
    expect(hasButton('adele', 'Acknowledge')).toBe(false)
    expect(paged()).toEqual(['adele'])
  })

  test('rings again for a second call for help after an acknowledgement', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.atRest()
    await stage.record(ticket.id, { type: 'acknowledged', person: personId('adele'), by: 'adele' })
    await stage.record(ticket.id, { type: 'escalated', because: 'worse', priority: 'P1', by: 'blaise' })
    await stage.atRest()

    expect(stage.pages('adele')).toHaveLength(2)
    expect(stage.pages('adele').filter(({ blocks }) => JSON.stringify(blocks).includes('Acknowledge'))).toHaveLength(1)
  })

  test('stands the first team down and rings the other when the ticket moves', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.atRest()
    await stage.record(ticket.id, {
      type: 'reassigned',
      team: teamId('platform'),
      person: undefined,
      wrong: 'topic',
      topic: 'outage',
      priority: undefined,
      note: undefined,
      by: 'adele',
    })
    await stage.atRest()

    expect(paged()).toEqual(['adele', 'dorothy'])
    expect(stage.pages('adele')[0]?.shows).toContain('no longer needs you')
    expect(hasButton('adele', 'Acknowledge')).toBe(false)
    expect(hasButton('dorothy', 'Acknowledge')).toBe(true)
  })

  test('stands down when the call for help is taken back', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money', priority: 'P3' })
    await stage.start()
    await stage.atRest()
    const escalated = await stage.record(ticket.id, { type: 'escalated', because: 'help', priority: 'P1', by: 'adele' })
    await stage.atRest()
    const { undoable } = escalated
    if (!undoable) throw new Error('An escalation can be undone.')
    await stage.record(ticket.id, {
      type: 'undone',
      takenBack: undoable.version,
      move: undoable.move,
      restored: undoable.before,
      by: 'adele',
    })
    await stage.atRest()

    expect(stage.pages('adele')[0]?.shows).toContain('no longer needs you')
    expect(hasButton('adele', 'Acknowledge')).toBe(false)
  })

  test('sends one page however its answer is lost', async () => {
    await open()
    stage.slack.failNext('conversations.open', 'accept-then-reset')
    stage.slack.failNext('chat.postMessage', 'accept-then-timeout')
    stage.slack.failNext('chat.postMessage', 'accept-then-timeout')
    await stage.routed({ team: 'money', priority: 'P1' })
    await stage.start()
    await stage.atRest()

    expect(stage.pages('adele')).toHaveLength(1)
  })

  test('rings for a ticket that people made urgent', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money', priority: 'P3' })
    await stage.start()
    await stage.atRest()
    await stage.record(ticket.id, {
      type: 'reassigned',
      team: teamId('platform'),
      person: undefined,
      wrong: 'urgency',
      topic: undefined,
      priority: 'P1',
      note: undefined,
      by: 'adele',
    })
    await stage.atRest()

    expect(paged()).toEqual(['dorothy'])
    expect(hasButton('dorothy', 'Acknowledge')).toBe(true)
  })

  test('does not send a page that was acknowledged before it could be sent', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money', priority: 'P1' })
    await stage.pager.page(ticket.id)
    await stage.record(ticket.id, { type: 'acknowledged', person: personId('adele'), by: 'adele' })
    await stage.start()
    await stage.atRest()

    expect(paged()).toEqual([])
  })
})
