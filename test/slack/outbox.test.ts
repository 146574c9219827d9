import { afterEach, describe, expect, test } from 'vitest'
import { personId, teamId } from '../../src/core/ids.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { timestamp } from '../../src/core/time.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import { keyOfMessage } from '../../src/slack/post-key.ts'
import { outboxStage, type Stage } from './outbox-stage.ts'

let stage: Stage
const open = async (...options: Parameters<typeof outboxStage>) => (stage = await outboxStage(...options))

afterEach(async () => {
  armFaults({})
  await stage.stop()
})

const MONEY = 'C0MONEY'
const PLATFORM = 'C0PLATFORM'
const TRIAGE = 'C0TRIAGE'

test('posts a card once, marked twice, without unfurling', async () => {
  await open()
  const ticket = await stage.routed({ team: 'money', person: 'adele' })
  await stage.start()
  await stage.atRest()

  const [card, ...others] = stage.cards(ticket)
  const [post] = await stage.postsOf(ticket.id)
  expect(others).toEqual([])
  expect(card?.channel).toBe(MONEY)
  expect(card?.metadata).toMatchObject({ event_type: 'waybill_card', event_payload: { k: post?.key, a: 1 } })
  expect(card?.blocks[0]?.block_id).toBe(`w1:${post?.key}`)
  expect(post).toMatchObject({ state: 'posted', ts: card?.ts, channel: MONEY, sentVersion: ticket.version })
  expect(stage.slack.ledger.unfurling).toEqual([])
})

/** A crash as far as one process can show it: whatever was to come after this point does not. */
function dieOnceAt(point: string): () => boolean {
  let died = false
  armFaults({
    crashAt: { point, pass: 1 },
    die() {
      died = true
      armFaults({})
      throw new Error(`died at ${point}`)
    },
  })
  return () => died
}

/** What a new process does first; the queue would bring the interrupted job back some seconds later. */
async function restart(ticket: Ticket): Promise<void> {
  await stage.announcer.announce(ticket.id)
  await stage.outbox.sweepUnfinished()
}

describe('when nobody knows whether a post was accepted', () => {
  const ACCEPTED = [
    'accept-then-reset',
    'accept-then-5xx',
    'accept-then-timeout',
    'accept-then-internal-error',
    'garbage-body',
  ] as const
  test.each(ACCEPTED)('finds the card instead of posting it again: %s', async (fault) => {
    await open()
    stage.slack.failNext('chat.postMessage', fault)
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
    expect(stage.slack.ledger.calls('chat.postMessage')).toHaveLength(1)
    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ state: 'posted', sweeps: 3 })
  })

  test.each(['before-reset', 'before-5xx', 'not-ok-internal-error'] as const)(
    'posts it again when it is not there: %s',
    async (fault) => {
      await open()
      stage.slack.failNext('chat.postMessage', fault)
      const ticket = await stage.routed({ team: 'money' })
      await stage.start()
      await stage.atRest()

      expect(stage.cards(ticket)).toHaveLength(1)
      expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ state: 'posted', attempt: 2 })
    },
  )

  test('waits out the quarantine, so that a lagging history does not make a second card', async () => {
    await open({ historyLagMs: 200 })
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(stage.slack.ledger.postings.filter(({ kind }) => kind === 'posted')).toHaveLength(1)
    expect(stage.cards(ticket)).toHaveLength(1)
  })

  test('looks at once and does not wait when it is urgent', async () => {
    await open({ timings: { quarantineMs: 60_000 } })
    stage.slack.failNext('chat.postMessage', 'before-5xx')
    const ticket = await stage.routed({ priority: 'P1' })
    await stage.start()
    await stage.slack.until(() => stage.cards(ticket).length === 1)

    expect(stage.slack.ledger.calls('conversations.history').length).toBeGreaterThan(0)
  })

  test('takes a failed look at the history for no proof at all', async () => {
    await open()
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    for (const fault of ['before-5xx', 'before-reset', 'garbage-body', '429'] as const)
      stage.slack.failNext('conversations.history', fault)
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(stage.slack.ledger.postings.filter(({ kind }) => kind === 'posted')).toHaveLength(1)
    expect(stage.cards(ticket)).toHaveLength(1)
  })

  test('reads every page of the history', async () => {
    await open({ timings: { quarantineMs: 2_000 } })
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.slack.until(async () => (await stage.postsOf(ticket.id))[0]?.state === 'uncertain')
    await Promise.all(Array.from({ length: 230 }, (_, said) => stage.slack.as('adele').say(MONEY, `chatter ${said}`)))
    await stage.atRest()

    expect(stage.slack.ledger.calls('conversations.history').some(({ args }) => args.cursor !== undefined)).toBe(true)
    expect(stage.slack.ledger.postings.filter(({ text }) => text.includes('Ticket 1'))).not.toEqual([])
    expect(stage.cards(ticket)).toHaveLength(1)
    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ attempt: 1 })
  })

  test('does not fall for a copy of the marker by somebody else', async () => {
    await open()
    stage.slack.failNext('chat.postMessage', 'before-5xx')
    const ticket = await stage.routed({ team: 'money' })
    await stage.announcer.announce(ticket.id)
    const [post] = await stage.postsOf(ticket.id)
    await stage.outbox.seen({ channel: MONEY, ts: '1.000001', key: post?.key, byUs: false })
    await stage.start()
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ attempt: 2 })
  })
})

describe('second copies', () => {
  /** The first attempt lands after the second one is posted. */
  async function lateCopy(options: Parameters<typeof outboxStage>[0] = {}, lateMs = 500): Promise<Ticket> {
    await open(options)
    stage.slack.failNext('chat.postMessage', 'late-landing', { lateMs })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    return ticket
  }
  const everPosted = () => stage.slack.ledger.postings.filter(({ kind }) => kind === 'posted').length

  test('are taken away by the sweep', async () => {
    const ticket = await lateCopy()
    await stage.slack.until(() => everPosted() === 2)
    await stage.atRest()

    const [card, ...others] = stage.cards(ticket)
    expect(others).toEqual([])
    expect(card?.ts).toBe((await stage.postsOf(ticket.id))[0]?.ts)
  })

  test('are taken away by the echo, long before the sweep', async () => {
    const ticket = await lateCopy({ echo: true, timings: { sweepsMs: [600_000] } })
    await stage.slack.until(() => everPosted() === 2)
    await stage.slack.until(() => stage.cards(ticket).length === 1)

    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ state: 'posted', ts: stage.cards(ticket)[0]?.ts })
  })

  test('become a stub without buttons when people have answered to them', async () => {
    const ticket = await lateCopy({ timings: { sweepsMs: [1_500] } })
    await stage.slack.until(() => everPosted() === 2)
    const [post] = await stage.postsOf(ticket.id)
    const copy = stage.cards(ticket).find(({ ts }) => ts !== post?.ts)
    await stage.slack.as('adele').say(MONEY, 'I am looking into it.', { thread: copy?.ts ?? '' })
    await stage.atRest()

    const stub = stage.slack.ledger.visible(MONEY).find(({ ts }) => ts === copy?.ts)
    expect(stage.actionable(ticket).map(({ ts }) => ts)).toEqual([post?.ts])
    expect(stub?.shows).toContain('second copy')
    expect(stub?.blocks.some(({ type }) => type === 'actions')).toBe(false)
    expect(stage.slack.ledger.visible(MONEY).some(({ shows }) => shows.includes('I am looking into it.'))).toBe(true)
  })

  test('stay when nobody sweeps and nobody listens', async () => {
    armFaults({ bugs: ['no-sweep'] })
    const ticket = await lateCopy({ echo: true })
    await stage.slack.until(() => everPosted() === 2)
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(2)
  })

  test('appear when an ambiguous answer is taken for a refusal', async () => {
    armFaults({ bugs: ['retry-on-ambiguity'] })
    await open({ echo: true })
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(2)
  })

  test('appear, for a while, when nobody looks before posting again', async () => {
    armFaults({ bugs: ['no-quarantine'] })
    await open()
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(everPosted()).toBe(2)
  })
})

describe('the echo of our own post', () => {
  test('settles a post whose answer was lost, without any look at the history', async () => {
    await open({ echo: true, timings: { quarantineMs: 600_000, sweepsMs: [] } })
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.slack.until(async () => (await stage.postsOf(ticket.id))[0]?.state === 'posted')

    expect(stage.cards(ticket)).toHaveLength(1)
    expect(stage.slack.ledger.calls('conversations.history')).toEqual([])
  })

  test('is recognised by the first block when its metadata is stripped', async () => {
    await open({ timings: { quarantineMs: 600_000, sweepsMs: [] } })
    stage.slack.failNext('chat.postMessage', 'accept-then-reset')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    const card = await stage.slack.until(() => stage.cards(ticket)[0])
    await stage.outbox.seen({ channel: MONEY, ts: card.ts, blockId: card.blocks[0]?.block_id, byUs: true })

    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ state: 'posted', ts: card.ts })
  })

  test('changes nothing when it is heard twice, or of a card that is not ours', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    const [before] = await stage.postsOf(ticket.id)

    await stage.outbox.seen({ channel: MONEY, ts: before?.ts ?? '', key: before?.key, byUs: true })
    await stage.outbox.seen({ channel: MONEY, ts: '9.9', key: 'f'.repeat(64), byUs: true })

    expect((await stage.postsOf(ticket.id))[0]).toEqual(before)
  })
})

describe('workers that die or come back from the dead', () => {
  const POINTS = [
    'outbox.before-intend',
    'outbox.after-intend',
    'outbox.before-claim',
    'outbox.after-claim',
    'outbox.before-post',
    'outbox.after-post',
    'outbox.before-settle',
    'outbox.after-settle',
    'outbox.before-edit',
    'outbox.after-edit',
    'outbox.after-shown',
  ] as const
  test.each(POINTS)('end with one card that shows the truth: %s', async (point) => {
    await open({ timings: { sweepsMs: [400] } })
    const died = dieOnceAt(point)
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.slack.until(() => died() || stage.cards(ticket).length === 1)
    await restart(ticket)
    await stage.slack.until(() => stage.cards(ticket).length === 1)
    await stage.record(ticket.id, { type: 'accepted', person: personId('adele'), by: 'adele' })
    await stage.slack.until(died)
    await restart(ticket)
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
    expect(stage.cards(ticket)[0]?.shows).toContain('Adele is on it')
  })

  const UNCERTAIN_POINTS = [
    'outbox.before-reconcile',
    'outbox.after-reconcile',
    'outbox.before-adopt',
    'outbox.after-adopt',
    'outbox.before-sweep',
    'outbox.after-sweep',
  ] as const
  test.each(UNCERTAIN_POINTS)('end with one card after a lost answer: %s', async (point) => {
    await open()
    const died = dieOnceAt(point)
    stage.slack.failNext('chat.postMessage', 'accept-then-5xx')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.slack.until(died)
    await restart(ticket)
    await stage.atRest()

    expect(stage.slack.ledger.postings.filter(({ kind }) => kind === 'posted')).toHaveLength(1)
    expect(stage.cards(ticket)).toHaveLength(1)
  })

  test('a late success is not written over the card that counts, and its copy goes', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let first = true
    await open({
      timings: { sweepsMs: [600_000] },
      between: (web) => ({
        ...web,
        post: async (channel, message) => {
          if (!first) return web.post(channel, message)
          first = false
          await held
          return web.post(channel, message)
        },
      }),
    })
    const ticket = await stage.routed({ team: 'money' })
    await stage.announcer.announce(ticket.id)
    const [post] = await stage.postsOf(ticket.id)
    const zombie = stage.outbox.deliver(post?.key ?? '')
    await stage.slack.until(async () => (await stage.posts.get(post?.key ?? ''))?.state === 'sending')

    // Somebody else takes over.
    await stage.slack.until(async () => {
      const row = await stage.posts.get(post?.key ?? '')
      return row?.leaseUntil !== undefined && row.leaseUntil <= new Date().toISOString()
    })
    await stage.outbox.sweepUnfinished()
    const row = await stage.posts.get(post?.key ?? '')
    await stage.posts.release(row?.key ?? '', row?.fence ?? 0)
    const now = new Date().toISOString() as NonNullable<typeof row>['intentAt']
    const claim = await stage.posts.claim(row?.key ?? '', now, now)
    const said = await stage.web.post(MONEY, { text: `#${ticket.number} posted by the other worker` })
    if (!said.ok) throw new Error(said.error)
    const { ts, channel } = said
    await stage.posts.settle(claim?.key ?? '', claim?.fence ?? 0, {
      state: 'posted',
      ts,
      channel,
      sentVersion: ticket.version,
    })

    release()
    await zombie

    expect(await stage.posts.get(post?.key ?? '')).toMatchObject({ state: 'posted', ts })
    expect(stage.cards(ticket).map((card) => card.ts)).toEqual([ts])
  })

  test('posts what was waiting when its job was lost', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.announcer.announce(ticket.id)
    const [post] = await stage.postsOf(ticket.id)

    expect(await stage.outbox.sweepUnfinished()).toBe(1)
    await stage.start()
    await stage.atRest()

    expect(await stage.posts.get(post?.key ?? '')).toMatchObject({ state: 'posted' })
  })
})

describe('refusals', () => {
  test('a rate limit is obeyed and loses nothing', async () => {
    await open()
    stage.slack.failNext('chat.postMessage', '429', { retryAfterS: 1 })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ attempt: 2, ambiguousAt: undefined })
  })

  test('in a channel that has to wait, an emergency does not', async () => {
    await open()
    stage.slack.failNext('chat.postMessage', '429', { retryAfterS: 60 })
    const ordinary = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.slack.until(async () => (await stage.postsOf(ordinary.id))[0]?.lastError !== undefined)
    const another = await stage.routed({ team: 'money' })
    const emergency = await stage.routed({ team: 'money', priority: 'P1' })
    await stage.slack.until(() => stage.cards(emergency).length === 1)

    expect(stage.cards(ordinary)).toHaveLength(0)
    expect(stage.cards(another)).toHaveLength(0)
  })

  test('an archived channel sends the card to triage, with the reason', async () => {
    await open()
    stage.slack.archive(MONEY)
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    const [card, ...others] = stage.cards(ticket)
    expect(others).toEqual([])
    expect(card?.channel).toBe(TRIAGE)
    expect(card?.shows).toContain('it is archived')
    expect(stage.actionable(ticket)).toHaveLength(1)
  })

  test('a channel archived under a card moves the card to triage', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    stage.slack.archive(MONEY)
    await stage.record(ticket.id, { type: 'accepted', person: personId('adele'), by: 'adele' })
    await stage.atRest()

    const inTriage = stage.cards(ticket).filter(({ channel }) => channel === TRIAGE)
    expect(inTriage).toHaveLength(1)
    expect(inTriage[0]?.shows).toContain('Adele is on it')
  })

  test('when triage is unusable too, the post is dead, said and listed', async () => {
    await open()
    stage.slack.archive(MONEY)
    stage.slack.archive(TRIAGE)
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect((await stage.postsOf(ticket.id)).map(({ state, lastError }) => [state, lastError])).toEqual([
      ['dead', 'is_archived'],
      ['dead', 'is_archived'],
    ])
    expect(stage.lines.filter(({ level }) => level === 'error').length).toBeGreaterThan(0)
  })

  test('a card that was given up and turns up after all takes the buttons back from triage', async () => {
    const lost: string[] = []
    await open({
      between: (web) => ({
        ...web,
        async post(channel, message) {
          const said = await web.post(channel, message)
          if (channel !== MONEY || !said.ok) return said
          lost.push(said.ts)
          return { ok: false, fate: 'place', error: 'channel_not_found' }
        },
      }),
    })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    const [post] = (await stage.postsOf(ticket.id)).filter(({ target }) => target === MONEY)
    await stage.outbox.seen({ channel: MONEY, ts: lost[0] ?? '', key: post?.key, byUs: true })
    await stage.atRest()

    expect(stage.actionable(ticket).map(({ channel }) => channel)).toEqual([MONEY])
    expect(stage.cards(ticket)).toHaveLength(2)
  })

  test('blocks Slack does not take become plain words, and an alarm', async () => {
    let refusals = 0
    await open({
      between: (web) => ({
        ...web,
        post: async (channel, message) => {
          if ((message.blocks?.length ?? 0) <= 1) return web.post(channel, message)
          refusals += 1
          return { ok: false, fate: 'content', error: 'invalid_blocks' }
        },
      }),
    })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()

    expect(refusals).toBe(1)
    expect(stage.cards(ticket)).toHaveLength(1)
    expect(keyOfMessage({ blockId: stage.cards(ticket)[0]?.blocks[0]?.block_id })).toBeDefined()
    expect(stage.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('words Slack does not take either are given up, not tried for ever', async () => {
    let posts = 0
    await open({
      between: (web) => ({
        ...web,
        post: async () => {
          posts += 1
          return { ok: false, fate: 'content', error: 'msg_blocks_too_long' }
        },
      }),
    })
    const ticket = await stage.routed()
    await stage.start()
    await stage.atRest()

    expect(posts).toBe(2)
    expect((await stage.postsOf(ticket.id))[0]).toMatchObject({ state: 'dead', lastError: 'msg_blocks_too_long' })
  })

  test('a worthless token keeps cards waiting until it is replaced', async () => {
    await open()
    stage.slack.revoke('token_revoked')
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.slack.until(() => stage.lines.some(({ message }) => message.includes('does not accept our token')))
    stage.slack.revoke(undefined)
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
  })

  test('an hour without Slack loses nothing and doubles nothing', async () => {
    await open()
    stage.slack.down(true)
    const tickets = [await stage.routed({ team: 'money' }), await stage.routed({ priority: 'P1', team: 'platform' })]
    await stage.start()
    await stage.slack.until(() => (stage.slack.ledger.faults.down ?? 0) > 10)
    stage.slack.down(false)
    await stage.atRest()

    expect(tickets.map((ticket) => stage.cards(ticket).length)).toEqual([1, 1])
  })
})

describe('edits', () => {
  test('end on the newest version, however they fail', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    stage.slack.setFaults({ seed: 7, rate: 0.4, methods: ['chat.update'], lateMs: 300, delayMs: 50 })
    for (const person of ['adele', 'blaise', 'cuthbert']) {
      await stage.record(ticket.id, { type: 'accepted', person: personId(person), by: person })
      await stage.record(ticket.id, { type: 'handedBack', person: personId(person), by: person })
    }
    await stage.record(ticket.id, { type: 'accepted', person: personId('blaise'), by: 'blaise' })
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
    expect(stage.cards(ticket)[0]?.shows).toContain('Blaise is on it')
  })

  test('many changes in a moment are few edits', async () => {
    await open({ timings: { coalesceMs: 300 } })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    for (let change = 0; change < 20; change++)
      await stage.record(ticket.id, { type: 'messageAdded', messageId: `m${change}`, by: 'ada' })
    await stage.atRest()

    expect(stage.slack.ledger.calls('chat.update').length).toBeLessThan(10)
    expect(stage.cards(ticket)[0]?.shows).toContain('21')
  })

  test('a picture whose time has come is drawn again, though the ticket is the same', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    const [post] = await stage.postsOf(ticket.id)
    const past = timestamp('2026-01-01T00:00:00Z')
    await stage.posts.shown(post!.key, ticket.version, past)

    await stage.outbox.sweepUnfinished()
    await stage.slack.until(() => stage.slack.ledger.calls('chat.update').length > 0)
    await stage.atRest()

    expect((await stage.postsOf(ticket.id))[0]?.redrawAt).not.toBe(past)
    expect(await stage.outbox.sweepUnfinished()).toBe(0)
  })

  test('an edit that lands late does not stay on top', async () => {
    await open({ timings: { sweepsMs: [900] } })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    stage.slack.failNext('chat.update', 'late-landing', { lateMs: 500 })
    await stage.record(ticket.id, { type: 'accepted', person: personId('adele'), by: 'adele' })
    await stage.slack.until(() => stage.cards(ticket)[0]?.shows.includes('Adele is on it'))
    await stage.record(ticket.id, { type: 'resolved', person: personId('adele'), by: 'adele' })
    await stage.slack.until(() => stage.cards(ticket)[0]?.shows.includes('Resolved by Adele'))
    await stage.slack.until(() => stage.cards(ticket)[0]?.shows.includes('Adele is on it'))
    await stage.atRest()

    expect(stage.cards(ticket)[0]?.shows).toContain('Resolved by Adele')
  })

  test('a sweep that shows the card again and lands late does not stay on top', async () => {
    await open({ timings: { sweepsMs: [900] } })
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    const { ledger } = stage.slack
    stage.slack.failNext('chat.update', 'accept-then-reset')
    await stage.record(ticket.id, { type: 'accepted', person: personId('adele'), by: 'adele' })
    await stage.slack.until(() => ledger.calls('chat.update').some(({ fault }) => fault === undefined))
    stage.slack.failNext('chat.update', 'late-landing', { lateMs: 500 })
    await stage.slack.until(() => ledger.faults['late-landing'] === 1)
    await stage.record(ticket.id, { type: 'resolved', person: personId('adele'), by: 'adele' })
    await stage.slack.until(() => stage.cards(ticket)[0]?.shows.includes('Resolved by Adele'))
    await stage.slack.until(() => stage.cards(ticket)[0]?.shows.includes('Adele is on it'))
    await stage.atRest()

    expect(stage.cards(ticket)[0]?.shows).toContain('Resolved by Adele')
  })

  test('leave one card with buttons and a stub when the ticket moves to another team', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    await stage.record(ticket.id, {
      type: 'reassigned',
      team: teamId('platform'),
      person: undefined,
      wrong: 'topic',
      topic: 'bug',
      priority: undefined,
      note: undefined,
      by: 'adele',
    })
    await stage.atRest()

    expect(stage.actionable(ticket).map(({ channel }) => channel)).toEqual([PLATFORM])
    expect(stage.cards(ticket).find(({ channel }) => channel === MONEY)?.shows).toContain('moved to Platform')
  })

  test('a card that somebody deleted is posted again while it is needed', async () => {
    await open()
    const ticket = await stage.routed({ team: 'money' })
    await stage.start()
    await stage.atRest()
    const [card] = stage.cards(ticket)
    await stage.web.remove(MONEY, card?.ts ?? '')
    await stage.record(ticket.id, { type: 'accepted', person: personId('adele'), by: 'adele' })
    await stage.atRest()

    expect(stage.cards(ticket)).toHaveLength(1)
    expect((await stage.postsOf(ticket.id)).map(({ state }) => state).toSorted()).toEqual(['gone', 'posted'])
  })
})
