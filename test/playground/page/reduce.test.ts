import { expect, test } from 'vitest'
import { type Action, PAGE_SIZE, reduce } from '../../../src/playground/page/reduce.ts'
import { EMPTY, type PageState } from '../../../src/playground/page/state.ts'
import type { PageChannel, PageMessage, Snapshot } from '../../../src/playground/page-contract.ts'

const aChannel = (id: string, more: Partial<PageChannel> = {}): PageChannel => ({
  id,
  name: id.toLowerCase(),
  kind: 'public',
  archived: false,
  joined: true,
  unread: 0,
  lastTs: null,
  ...more,
})

const aMessage = (second: number, more: Partial<PageMessage> = {}): PageMessage => ({
  channel: 'C1',
  channelName: 'c1',
  ts: `${1000 + second}.000000`,
  user: 'U0BOT',
  text: `message ${second}`,
  shows: `message ${second}`,
  blocks: [],
  attachments: [],
  edited: false,
  ephemeral: false,
  postedAt: second * 1000,
  reactions: {},
  replyCount: 0,
  lastReplyTs: null,
  ticket: null,
  ...more,
})

const aSnapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  team: { name: 'Acme', domain: 'acme' },
  me: 'U1',
  people: [],
  cast: [],
  channels: [aChannel('C1'), aChannel('C2')],
  commands: [],
  shortcuts: [],
  modal: null,
  home: null,
  status: {
    bot: { state: 'up', pid: 1, starts: 1 },
    feed: { playing: false, perMinute: 12, sent: 0, total: null, source: 'demo', peopleWork: false },
    broken: { 'rate-limit': false, 'slack-down': false, 'model-down': false, 'bot-down': false },
    model: { kind: 'none', says: 'none' },
    counts: { tickets: 0, open: 0, waiting: 0, lessons: 0 },
  },
  scenes: [],
  tickets: [],
  ...more,
})

const after = (...actions: Action[]): PageState => actions.reduce(reduce, EMPTY)
const opened = (...messages: PageMessage[]): Action[] => [
  { kind: 'snapshot', snapshot: aSnapshot() },
  { kind: 'loading', channel: 'C1' },
  { kind: 'page', channel: 'C1', messages, older: false },
]
const texts = (state: PageState) => state.rooms.C1?.messages.map(({ text }) => text)
const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => aMessage(from + index))

test('a snapshot opens the first channel, and leaves the person where they were when it comes again', () => {
  const first = after({ kind: 'snapshot', snapshot: aSnapshot() })
  const moved = reduce(first, { kind: 'go', place: { channel: 'C2', tab: 'messages' } })

  expect(first.place.channel).toBe('C1')
  expect(reduce(moved, { kind: 'snapshot', snapshot: aSnapshot() }).place.channel).toBe('C2')
  expect(reduce(moved, { kind: 'snapshot', snapshot: aSnapshot({ channels: [aChannel('C1')] }) }).place.channel).toBe(
    'C1',
  )
})

test('somebody else sees nothing of what was loaded before', () => {
  const state = after(...opened(aMessage(1)), { kind: 'snapshot', snapshot: aSnapshot({ me: 'U2' }) })

  expect(texts(state)).toEqual([])
})

test('after a lost connection rooms are asked for again, and show what they had until then', () => {
  const state = after(
    ...opened(aMessage(1)),
    { kind: 'connection', connection: 'lost' },
    { kind: 'snapshot', snapshot: aSnapshot() },
  )

  expect(state).toMatchObject({ connection: 'live', rooms: { C1: { loaded: false, loading: false } } })
  expect(texts(state)).toEqual(['message 1'])
})

test('messages stand in the order of their timestamps; a change replaces its message', () => {
  const state = after(
    ...opened(aMessage(1), aMessage(3)),
    { kind: 'message', message: aMessage(2) },
    { kind: 'message', message: aMessage(1, { text: 'changed' }) },
    { kind: 'message', message: aMessage(9, { channel: 'C2' }) },
  )

  expect(texts(state)).toEqual(['changed', 'message 2', 'message 3'])
  expect(state.rooms.C2).toBeUndefined()
})

test('what comes and goes while a page is on its way wins over the page', () => {
  const state = after(
    { kind: 'snapshot', snapshot: aSnapshot() },
    { kind: 'loading', channel: 'C1' },
    { kind: 'message', message: aMessage(2, { text: 'edited since' }) },
    { kind: 'message', message: aMessage(3) },
    { kind: 'gone', channel: 'C1', ts: aMessage(1).ts },
    { kind: 'page', channel: 'C1', messages: [aMessage(1), aMessage(2)], older: false },
  )

  expect(texts(state)).toEqual(['edited since', 'message 3'])
})

test('older pages are put before, until one is not full', () => {
  const first = after(...opened(...many(100, PAGE_SIZE)))
  const older = reduce(first, { kind: 'page', channel: 'C1', messages: many(90, 10), older: true })

  expect(first.rooms.C1).toMatchObject({ hasOlder: true })
  expect(older.rooms.C1).toMatchObject({ hasOlder: false })
  expect(older.rooms.C1?.messages.map(({ ts }) => ts)).toEqual(
    [...many(90, 10), ...many(100, PAGE_SIZE)].map(({ ts }) => ts),
  )
})

test('a change of a message that is too old to be loaded does not stand among the new ones', () => {
  const state = after(...opened(...many(100, PAGE_SIZE)), { kind: 'message', message: aMessage(5) })

  expect(state.rooms.C1?.messages).toHaveLength(PAGE_SIZE)
})

test('replies stand in their thread, and the parent says how many there are', () => {
  const thread = { channel: 'C1', ts: aMessage(1).ts }
  const reply = aMessage(2, { threadTs: thread.ts })
  const state = after(
    ...opened(aMessage(1)),
    { kind: 'openThread', thread },
    { kind: 'replies', thread, messages: [aMessage(1)] },
    { kind: 'message', message: reply },
    { kind: 'message', message: aMessage(1, { replyCount: 1 }) },
  )

  expect(texts(state)).toEqual(['message 1'])
  expect(state.rooms.C1?.messages[0]).toMatchObject({ replyCount: 1 })
  expect(state.threads[`C1/${thread.ts}`]?.messages).toMatchObject([
    { text: 'message 1', replyCount: 1 },
    { text: 'message 2' },
  ])
})

test('a deleted parent takes its thread with it', () => {
  const thread = { channel: 'C1', ts: aMessage(1).ts }
  const state = after(...opened(aMessage(1)), { kind: 'openThread', thread }, { kind: 'gone', ...thread })

  expect(state.thread).toBeNull()
  expect(texts(state)).toEqual([])
})

test('going to a channel with unread messages remembers where they begin', () => {
  const state = after(
    ...opened(aMessage(1), aMessage(2), aMessage(3)),
    { kind: 'go', place: { channel: 'C2', tab: 'messages' } },
    { kind: 'channels', channels: [aChannel('C1', { unread: 2 }), aChannel('C2')] },
    { kind: 'go', place: { channel: 'C1', tab: 'messages' } },
  )

  expect(state.rooms.C1?.newAfter).toBe(aMessage(1).ts)
})

test('unread messages of a channel that is loaded only now begin in its first page', () => {
  const state = after(
    { kind: 'snapshot', snapshot: aSnapshot({ channels: [aChannel('C2'), aChannel('C1', { unread: 2 })] }) },
    { kind: 'go', place: { channel: 'C1', tab: 'messages' } },
    { kind: 'loading', channel: 'C1' },
    { kind: 'page', channel: 'C1', messages: [aMessage(1), aMessage(2), aMessage(3)], older: false },
  )

  expect(state.rooms.C1?.newAfter).toBe(aMessage(1).ts)
})

test('a use is busy, then done or failed with its words', () => {
  const busy = after({ kind: 'using', key: 'C1/1/b/a' })
  const failed = reduce(busy, { kind: 'used', key: 'C1/1/b/a', failed: 'timeout' })

  expect(busy.uses).toEqual({ 'C1/1/b/a': { state: 'busy' } })
  expect(failed.uses).toEqual({ 'C1/1/b/a': { state: 'failed', says: 'timeout' } })
  expect(reduce(busy, { kind: 'used', key: 'C1/1/b/a', failed: null }).uses).toEqual({})
})

test('a note about a failure goes once its message changed', () => {
  const key = `C1/${aMessage(1).ts}/b/a`
  const failed = after(...opened(aMessage(1)), { kind: 'used', key, failed: 'timeout' })
  const busy = after(...opened(aMessage(1)), { kind: 'using', key })

  expect(reduce(failed, { kind: 'message', message: aMessage(2) }).uses).toHaveProperty([key])
  expect(reduce(failed, { kind: 'message', message: aMessage(1) }).uses).toEqual({})
  expect(reduce(busy, { kind: 'message', message: aMessage(1) }).uses).toHaveProperty([key])
})

test('a failure without a place becomes a toast; a click shows its own', () => {
  const state = after(
    { kind: 'failure', gesture: '/waybill', error: 'operation_timeout' },
    { kind: 'failure', gesture: 'click accept', error: 'operation_timeout' },
  )

  expect(state.toasts).toEqual([{ id: 1, says: 'Slack showed “operation_timeout” (/waybill)' }])
  expect(reduce(state, { kind: 'dismissToast', id: 1 }).toasts).toEqual([])
})

test('the newest ticket stands first, a changed one where it was', () => {
  const line = { subject: '', status: 'new', priority: null, team: null, assignee: null, receivedAt: '' }
  const state = after(
    { kind: 'snapshot', snapshot: aSnapshot({ tickets: [{ ...line, number: 1 }] }) },
    { kind: 'ticket', ticket: { ...line, number: 2 } },
    { kind: 'ticket', ticket: { ...line, number: 1, status: 'solved' } },
  )

  expect(state.tickets.map(({ number, status }) => [number, status])).toEqual([
    [2, 'new'],
    [1, 'solved'],
  ])
})

test('what one says brings the end of its channel into view', () => {
  const state = after(...opened(aMessage(1)), { kind: 'said', channel: 'C1' }, { kind: 'said', channel: 'C1' })

  expect(state.rooms.C1).toMatchObject({ said: 2, messages: [aMessage(1)] })
  expect(state.rooms.C2).toBeUndefined()
})

test('the workspace goes where the card of an own e-mail comes, once', () => {
  const card = (channel: string, more: Partial<PageMessage> = {}): Action => ({
    kind: 'message',
    message: aMessage(5, { channel, ticket: 7, ...more }),
  })
  const awaiting: Action[] = [
    {
      kind: 'snapshot',
      snapshot: aSnapshot({ channels: [aChannel('C1'), aChannel('C2'), aChannel('D1', { kind: 'dm' })] }),
    },
    { kind: 'await', ticket: 7 },
  ]
  const placeAfter = (...then: Action[]) => after(...awaiting, ...then).place.channel

  expect(placeAfter(card('C2'))).toBe('C2')
  expect(placeAfter(card('D1'))).toBe('C1')
  expect(placeAfter(card('C2', { ticket: 8 }))).toBe('C1')
  expect(placeAfter(card('C2', { edited: true }))).toBe('C1')
  expect(placeAfter(card('C1'), card('C2'))).toBe('C1')
  expect(placeAfter({ kind: 'go', place: { channel: 'D1', tab: 'messages' } }, card('C2'))).toBe('D1')
  expect(placeAfter({ kind: 'said', channel: 'C1' }, card('C2'))).toBe('C1')
})
