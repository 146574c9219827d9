import { expect, test } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { MINUTE, plusMs, SECOND, toEpochMs } from '../../src/core/time.ts'
import type { SlackPost } from '../../src/ports.ts'
import { jobEngine } from '../../src/queue/index.ts'
import { afterRestore } from '../../src/slack/after-restore.ts'
import { marked, type Shows } from '../../src/slack/post-key.ts'
import type { Answer, HistoryPage, Message, SeenMessage, SlackWeb } from '../../src/slack/web.ts'
import { directory as directoryOf } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { restoreStore } from '../../src/storage/restores.ts'
import { postStore } from '../../src/storage/slack-posts.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { fakeClock } from '../support/clock.ts'
import { DATABASES, type DatabaseKind, freshDatabase } from '../support/databases.ts'
import { recordingLog } from '../support/log.ts'
import { anInboundTicket } from '../support/tickets.ts'
import { policyDocument } from '../support/workplace.ts'

const OURS = 'B0WAYBILL'
const keyOf = (letter: string) => letter.repeat(64)

const aCard = (letter: string, shows: Partial<Shows>, given: Partial<SeenMessage> = {}): SeenMessage => ({
  ts: `1767600000.00000${letter.charCodeAt(0) % 10}`,
  botId: OURS,
  blockId: `w1:${keyOf(letter)}`,
  metadata: marked({ text: '' }, keyOf(letter), 1, { kind: 'card', ticketId: 'lost', version: 2, ...shows }).metadata,
  text: '#7 P2 Charged twice',
  blocks: [
    {
      type: 'section',
      block_id: `w1:${keyOf(letter)}`,
      text: { type: 'mrkdwn', text: 'Charged twice' },
      accessory: {},
    },
    { type: 'actions', elements: [] },
  ],
  ...given,
})

/** A database that was just restored, in front of a Slack that answers from these pages. */
async function restored(
  kind: DatabaseKind,
  pages: Readonly<Record<string, readonly (readonly SeenMessage[])[]>>,
  fails: (channel: string, page: number) => Answer<HistoryPage> | undefined = () => undefined,
) {
  const clock = fakeClock()
  const log = recordingLog()
  const database = await freshDatabase(kind)
  const { enqueue } = await jobEngine(database, { clock, log })
  const tickets = ticketStore(database, enqueue)
  const posts = postStore(database, enqueue)
  const policies = policyStore(database)
  const restores = restoreStore(database, enqueue)
  await policies.importDocument(policyDocument(), { author: 'test', reason: 'test', at: clock.now() })
  const { ticket } = await tickets.receive(anInboundTicket())
  await database.write((tx) =>
    tx
      .insertInto('restores')
      .values({
        workspace_id: 'default',
        epoch: 1,
        backup_made_at: plusMs(clock.now(), -MINUTE),
        restored_at: clock.now(),
        reconciled_at: null,
      })
      .execute(),
  )
  const read: string[] = []
  const updated: { readonly channel: string; readonly ts: string; readonly message: Message }[] = []
  const web: Pick<SlackWeb, 'identity' | 'history' | 'update' | 'openDm'> = {
    identity: async () => ({ ok: true, botId: OURS, userId: 'U0BOT', url: '' }),
    openDm: async (user) => ({ ok: true, channel: `D-${user}` }),
    async history(channel, oldest, cursor) {
      expect(Number(oldest) * SECOND).toBeLessThan(toEpochMs(clock.now()))
      const page = Number(cursor ?? 0)
      const failure = fails(channel, page)
      if (failure) return failure
      read.push(`${channel}/${page}`)
      const all = pages[channel] ?? []
      return { ok: true, messages: all[page] ?? [], cursor: page + 1 < all.length ? `${page + 1}` : undefined }
    },
    async update(channel, ts, message) {
      updated.push({ channel, ts, message })
      return { ok: true }
    },
  }
  const directory = directoryOf(database)
  const comparison = afterRestore({ restores, posts, tickets, directory, policies, web, clock, log })
  return { comparison, clock, log, posts, restores, ticket, read, updated }
}

const stateOf = (post: SlackPost | undefined) => post && { state: post.state, ts: post.ts, target: post.target }

test.each(DATABASES)(
  'cards and pages are adopted or marked on %s, and of other apps nothing is touched',
  async (kind) => {
    const { comparison, posts, ticket, updated, restores, log } = await restored(kind, {
      C0MONEY: [[aCard('a', {}), aCard('b', {}, { botId: 'B0OTHER' }), aCard('c', {}, { metadata: undefined })]],
      'D-U0DOROTHY': [[aCard('d', { kind: 'page' })]],
    })
    await posts.intend(
      { key: keyOf('e'), kind: 'card', ticketId: ticket.id, target: 'C0SUCCESS', urgent: false },
      ticket.receivedAt,
    )
    await posts.adopt(keyOf('e'), { ts: '1.5', channel: 'C0SUCCESS' })
    await posts.shown(keyOf('e'), 1)

    expect(await comparison.isDone()).toBe(false)
    expect(await comparison.attempt()).toBe(true)

    expect(await comparison.isDone()).toBe(true)
    expect(await restores.pending()).toBeUndefined()
    expect(updated.map(({ channel }) => channel).sort()).toEqual(['C0MONEY', 'D-U0DOROTHY'])
    const [{ message }] = updated as [(typeof updated)[number]]
    expect(message.text).toContain('does not know this ticket any more')
    expect(JSON.stringify(message.blocks)).toContain('Charged twice')
    expect(JSON.stringify(message.blocks)).not.toMatch(/actions|accessory|w1:/)
    expect((await posts.get(keyOf('e')))?.sentVersion).toBeUndefined()
    expect(log.lines.at(-1)).toMatchObject({ details: { orphaned: 2, adopted: 0, redrawn: 1, unnamed: 1 } })
  },
)

test.each(DATABASES)(
  'a card or page whose ticket is known is adopted under the name of its row on %s',
  async (kind) => {
    const given: Record<string, SeenMessage[][]> = { C0MONEY: [[]], 'D-U0DOROTHY': [[]] }
    const { comparison, posts, ticket, updated } = await restored(kind, given)
    given.C0MONEY![0]!.push(aCard('a', { ticketId: ticket.id }))
    given['D-U0DOROTHY']![0]!.push(aCard('d', { ticketId: ticket.id, kind: 'page' }))

    await comparison.attempt()

    expect(updated).toEqual([])
    expect(stateOf(await posts.get(keyOf('a')))).toMatchObject({ state: 'posted', target: 'C0MONEY' })
    expect(stateOf(await posts.get(keyOf('d')))).toMatchObject({ state: 'posted', target: 'U0DOROTHY' })
    expect(await posts.ofTicket(ticketId('lost'))).toEqual([])
  },
)

test('goes on at the page where Slack asked it to wait, and not before that', async () => {
  let patience = 1
  const limited = { ok: false, fate: 'later', error: 'ratelimited', retryAfterMs: 30 * SECOND } as const
  const { comparison, clock, read, updated } = await restored(
    'sqlite',
    { C0MONEY: [[aCard('a', {})], [aCard('b', {})]] },
    (channel, page) => (channel === 'C0MONEY' && page === 1 && patience-- > 0 ? limited : undefined),
  )

  expect(await comparison.attempt()).toBe(false)
  clock.advance(29 * SECOND)
  expect(await comparison.attempt()).toBe(false)
  expect(await comparison.isDone()).toBe(false)
  clock.advance(2 * SECOND)
  expect(await comparison.attempt()).toBe(true)

  expect(read.filter((page) => page.startsWith('C0MONEY'))).toEqual(['C0MONEY/0', 'C0MONEY/1'])
  expect(updated).toHaveLength(2)
})

test('does not wait for a channel it will never be able to read', async () => {
  const { comparison, log } = await restored('sqlite', {}, (channel) =>
    channel === 'C0MONEY' ? { ok: false, fate: 'place', error: 'not_in_channel' } : undefined,
  )

  expect(await comparison.attempt()).toBe(true)

  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: 'error', details: { channel: 'C0MONEY', error: 'not_in_channel' } }),
  )
})
