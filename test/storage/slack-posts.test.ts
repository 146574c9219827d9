import { beforeEach, describe, expect, test } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { type Job, LANES } from '../../src/core/jobs.ts'
import { plusMs, timestamp } from '../../src/core/time.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import type { PostStore } from '../../src/ports.ts'
import { postStore } from '../../src/storage/slack-posts.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'
import { anInboundTicket } from '../support/tickets.ts'

const at = timestamp('2026-01-05T09:00:00Z')
const later = (ms: number) => plusMs(at, ms)
const ticket = ticketId('00000000-0000-4000-8000-000000000001')
const SWEEPS = [60_000, 300_000]

describe.each(DATABASES)('post store on %s', (kind) => {
  let posts: PostStore
  let tickets: ReturnType<typeof ticketStore>
  let jobs: Job[]
  let lanes: (number | undefined)[]

  beforeEach(async () => {
    jobs = []
    lanes = []
    const database = await freshDatabase(kind)
    const enqueue = async (_: unknown, job: Job, options?: { readonly priority?: number }) => {
      jobs.push(job)
      lanes.push(options?.priority)
    }
    posts = postStore(database, enqueue)
    tickets = ticketStore(database, enqueue)
  })

  const intend = (key = 'k', given: { readonly urgent?: boolean; readonly kind?: 'card' | 'page' } = {}) =>
    posts.intend({ key, kind: 'card', ticketId: ticket, target: 'C1', urgent: false, ...given }, at)

  async function claimed(key = 'k') {
    const post = await posts.claim(key, at, later(15_000))
    if (!post) throw new Error(`${key} was not claimed`)
    return post
  }

  async function posted(key = 'k', ts = '1.1') {
    const { fence } = await claimed(key)
    await posts.settle(key, fence, { state: 'posted', ts, channel: 'C1', sentVersion: 1 })
  }

  test('keeps an intent once, with one job', async () => {
    const first = await intend()
    const second = await intend()

    expect([first, second]).toEqual([true, false])
    expect(jobs).toEqual([{ kind: 'deliver', postKey: 'k' }])
    expect(await posts.get('k')).toMatchObject({ state: 'pending', attempt: 0, fence: 0, intentAt: at, sweeps: 0 })
    expect(await posts.ofTicket(ticket)).toHaveLength(1)
  })

  test('an urgent post goes in the urgent lane', async () => {
    await intend('a')
    await intend('b', { urgent: true })

    expect(lanes).toEqual([LANES.ordinary, LANES.urgent])
  })

  test('tells which tickets posts are about', async () => {
    const { ticket: known } = await tickets.receive(anInboundTicket())
    await posts.intend({ key: 'a', kind: 'card', ticketId: known.id, target: 'C1', urgent: false }, at)
    await posts.intend({ key: 'b', kind: 'page', ticketId: known.id, target: 'U1', urgent: true }, at)

    expect(await posts.ticketNumbers(['a', 'b', 'unknown'])).toEqual(
      new Map([
        ['a', known.number],
        ['b', known.number],
      ]),
    )
    expect(await posts.ticketNumbers([])).toEqual(new Map())
  })

  test('gives a claim to one of many', async () => {
    await intend()

    const claims = await Promise.all(Array.from({ length: 8 }, () => posts.claim('k', at, later(15_000))))

    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await posts.get('k')).toMatchObject({ state: 'sending', attempt: 1, fence: 1, leaseUntil: later(15_000) })
  })

  test('does not give a claim before its time', async () => {
    await intend()
    const { fence } = await claimed()
    await posts.settle('k', fence, { state: 'pending', error: 'ratelimited', notBefore: later(1_000) })

    expect(await posts.claim('k', later(999), later(15_999))).toBeUndefined()
    expect(await posts.claim('k', later(1_000), later(16_000))).toMatchObject({ attempt: 2, fence: 2 })
  })

  test('refuses the late result of an old claim, whatever it says', async () => {
    await intend()
    const zombie = await claimed()
    await posts.expireLeases(later(15_000))
    await posts.release('k', zombie.fence)
    const { fence } = await claimed()
    await posts.settle('k', fence, { state: 'posted', ts: '2.2', channel: 'C1', sentVersion: 1 })

    expect(await posts.settle('k', zombie.fence, { state: 'pending', error: 'late' })).toBe(false)
    expect(await posts.settle('k', zombie.fence, { state: 'posted', ts: '1.1', channel: 'C1', sentVersion: 1 })).toBe(
      false,
    )
    expect(await posts.get('k')).toMatchObject({ state: 'posted', ts: '2.2' })
  })

  test('would take it without a fence, which the torture run must notice', async () => {
    await intend()
    const zombie = await claimed()
    await posts.expireLeases(later(15_000))
    await posts.release('k', zombie.fence)
    await posted('k', '2.2')
    armFaults({ bugs: ['no-fence'] })
    const taken = await posts.settle('k', zombie.fence, { state: 'pending', error: 'late' })
    armFaults({})

    expect(taken).toBe(true)
    expect(await posts.get('k')).toMatchObject({ state: 'pending' })
  })

  test('sweeps begin anew with every ambiguity: each may leave a late copy of its own', async () => {
    await intend()
    const first = await claimed()
    await posts.settle('k', first.fence, { state: 'uncertain', error: 'timeout', at: later(10) })
    await posts.release('k', first.fence)
    await posts.swept('k', 3)
    const second = await claimed()
    await posts.settle('k', second.fence, { state: 'uncertain', error: 'timeout', at: later(50) })

    expect(await posts.get('k')).toMatchObject({ ambiguousAt: later(50), leaseUntil: later(50), sweeps: 0 })
  })

  test('makes what a dead process was sending uncertain, and nothing else', async () => {
    await intend('a')
    await intend('b')
    await claimed('a')
    await posts.claim('b', at, later(60_000))

    expect(await posts.expireLeases(later(15_000))).toEqual(['a'])
    expect(await posts.get('a')).toMatchObject({ state: 'uncertain', ambiguousAt: later(15_000) })
    expect(await posts.get('b')).toMatchObject({ state: 'sending' })
  })

  test('releases only what is uncertain, and only for the fence that was looked at', async () => {
    await intend()
    const { fence } = await claimed()

    expect(await posts.release('k', fence)).toBe(false)
    await posts.expireLeases(later(15_000))
    expect(await posts.release('k', fence + 1)).toBe(false)
    expect(await posts.release('k', fence)).toBe(true)
  })

  test.each(['pending', 'sending', 'uncertain', 'dead'] as const)(
    'adopts a message that was seen while %s',
    async (state) => {
      await intend()
      if (state !== 'pending') {
        const { fence } = await claimed()
        if (state === 'uncertain') await posts.expireLeases(later(15_000))
        if (state === 'dead') await posts.settle('k', fence, { state, error: 'is_archived' })
      }

      expect(await posts.adopt('k', { ts: '1.1', channel: 'C1' })).toBe(true)
      expect(await posts.adopt('k', { ts: '1.1', channel: 'C1' })).toBe(true)
      expect(await posts.adopt('k', { ts: '2.2', channel: 'C1' })).toBe(false)
      expect(await posts.get('k')).toMatchObject({ state: 'posted', ts: '1.1', channel: 'C1' })
    },
  )

  test('does not bring back a card that was deleted', async () => {
    await intend()
    await posted()
    await posts.markGone('k', 'message_not_found')

    expect(await posts.adopt('k', { ts: '1.1', channel: 'C1' })).toBe(false)
    expect(await posts.get('k')).toMatchObject({ state: 'gone' })
  })

  test('tells who shows the ticket elsewhere when a post dies or is deleted', async () => {
    await intend('card')
    await intend('page', { kind: 'page', urgent: true })
    await intend('deleted')
    await posted('deleted')
    jobs.length = 0

    await posts.settle('card', (await claimed('card')).fence, { state: 'dead', error: 'is_archived' })
    await posts.settle('page', (await claimed('page')).fence, { state: 'dead', error: 'user_disabled' })
    await posts.markGone('deleted', 'message_not_found')

    expect((await posts.dead(10)).map(({ key }) => key).toSorted()).toEqual(['card', 'page'])
    expect(jobs).toEqual([
      { kind: 'announce', ticketId: ticket },
      { kind: 'page', ticketId: ticket },
      { kind: 'announce', ticketId: ticket },
    ])
  })

  test('lists what is unfinished: the urgent first, each sweep when it is due, nothing that is done', async () => {
    const { ticket: real } = await tickets.receive(anInboundTicket())
    const ofReal = { kind: 'card', ticketId: real.id, target: 'C1', urgent: false } as const
    await posts.intend({ key: 'behind', ...ofReal }, at)
    await posts.intend({ key: 'up to date', ...ofReal }, at)
    for (const [key, sentVersion] of [
      ['behind', real.version - 1],
      ['up to date', real.version],
    ] as const) {
      const { fence } = await claimed(key)
      await posts.settle(key, fence, { state: 'posted', ts: '1.1', channel: 'C1', sentVersion })
    }
    await intend('waiting')
    await posts.settle('waiting', (await claimed('waiting')).fence, {
      state: 'pending',
      error: 'ratelimited',
      notBefore: later(30_000),
    })
    await intend('urgent', { urgent: true })
    await posts.intend({ key: 'doubted', ...ofReal }, at)
    await posted('doubted')
    await posts.shown('doubted', real.version)
    await posts.doubt('doubted', at)

    const due = await posts.unfinished(later(60_000), SWEEPS, 10)

    expect(await posts.unfinished(later(1_000), SWEEPS, 10)).toEqual(['urgent', 'behind'])
    expect(due[0]).toBe('urgent')
    expect(due.toSorted()).toEqual(['behind', 'doubted', 'urgent', 'waiting'])
    expect(await posts.unfinished(later(60_000), SWEEPS, 1)).toEqual(['urgent'])
    await posts.swept('doubted', 1)
    expect(await posts.unfinished(later(60_000), SWEEPS, 10)).not.toContain('doubted')
    expect(await posts.unfinished(later(300_000), SWEEPS, 10)).toContain('doubted')
    await posts.swept('doubted', 2)
    expect(await posts.unfinished(later(900_000), SWEEPS, 10)).not.toContain('doubted')
    expect((await posts.unfinished(later(900_000), [], 10)).toSorted()).toEqual(['behind', 'urgent', 'waiting'])
  })

  test('doubts what is behind its ticket when a process starts, and nothing else', async () => {
    const { ticket: real } = await tickets.receive(anInboundTicket())
    const ofReal = { kind: 'card', ticketId: real.id, target: 'C1', urgent: false } as const
    await posts.intend({ key: 'current', ...ofReal }, at)
    await posted('current')
    await posts.shown('current', real.version)
    await posts.intend({ key: 'behind', ...ofReal }, at)
    await posted('behind')
    await posts.shown('behind', real.version - 1)

    await posts.doubtEdits(later(70))

    expect(await posts.get('behind')).toMatchObject({ ambiguousAt: later(70), sweeps: 0 })
    expect(await posts.get('current')).toMatchObject({ ambiguousAt: undefined })
  })
})
