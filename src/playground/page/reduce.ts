import type { PageEvent, PageMessage, Snapshot } from '../page-contract.ts'
import { EMPTY_ROOM, isReply, type PageState, type Place, type Room, type ThreadPlace, threadKey } from './state.ts'

/** What the server said, and what the person at the page did. */
export type Action =
  | PageEvent
  | { readonly kind: 'connection'; readonly connection: PageState['connection'] }
  | { readonly kind: 'go'; readonly place: Place }
  | { readonly kind: 'loading'; readonly channel: string }
  | {
      readonly kind: 'page'
      readonly channel: string
      readonly messages: readonly PageMessage[]
      readonly older: boolean
    }
  | { readonly kind: 'loadFailed'; readonly channel: string; readonly says: string }
  | { readonly kind: 'openThread'; readonly thread: ThreadPlace | null }
  | { readonly kind: 'replies'; readonly thread: ThreadPlace; readonly messages: readonly PageMessage[] }
  | { readonly kind: 'using'; readonly key: string }
  | { readonly kind: 'used'; readonly key: string; readonly failed: string | null }
  | { readonly kind: 'toast'; readonly says: string }
  | { readonly kind: 'dismissToast'; readonly id: number }
  | { readonly kind: 'dismiss'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'seek'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'found' }
  | { readonly kind: 'editing'; readonly message: ThreadPlace | null }
  | { readonly kind: 'follow'; readonly ticket: number | null }
  | { readonly kind: 'said'; readonly channel: string }
  | { readonly kind: 'await'; readonly ticket: number }

/** How many messages one page of history has. */
export const PAGE_SIZE = 60

export function reduce(state: PageState, action: Action): PageState {
  switch (action.kind) {
    case 'snapshot':
      return started(state, action.snapshot)
    case 'message':
      return arrived(mended(wentToCard(state, action.message), action.message), action.message)
    case 'gone':
    case 'dismiss':
      return vanished(state, action)
    case 'channels':
      return { ...state, channels: action.channels }
    case 'modal':
      return { ...state, modal: action.modal, uses: without(state.uses, 'modal/') }
    case 'home':
      return { ...state, home: action.home, uses: without(state.uses, 'home/') }
    case 'status':
      return { ...state, status: action.status }
    case 'ticket': {
      const others = state.tickets.filter(({ number }) => number !== action.ticket.number)
      return { ...state, tickets: [action.ticket, ...others].sort((a, b) => b.number - a.number) }
    }
    case 'scene': {
      const scenes = state.scenes.map((scene) => (scene.name === action.scene.name ? action.scene : scene))
      return { ...state, scenes }
    }
    case 'failure':
      return shownOnItsPlace(action.gesture)
        ? state
        : toasted(state, `Slack showed “${action.error}” (${action.gesture})`)
    case 'connection':
      return { ...state, connection: action.connection }
    case 'go':
      return gone({ ...state, awaited: null }, action.place)
    case 'loading':
      return withRoom(state, action.channel, (room) => ({ ...room, loading: true, meanwhile: [] }))
    case 'page':
      return withRoom(state, action.channel, (room) => loaded(room, action.messages, action.older))
    case 'loadFailed':
      return toasted(
        withRoom(state, action.channel, (room) => ({ ...room, loading: false, loaded: true })),
        action.says,
      )
    case 'openThread':
      return { ...state, thread: action.thread }
    case 'replies': {
      const key = threadKey(action.thread)
      return { ...state, threads: { ...state.threads, [key]: { messages: action.messages, loaded: true } } }
    }
    case 'using':
      return { ...state, uses: { ...state.uses, [action.key]: { state: 'busy' } } }
    case 'used': {
      const { [action.key]: _, ...uses } = state.uses
      const failed = action.failed === null ? {} : { [action.key]: { state: 'failed', says: action.failed } as const }
      return { ...state, uses: { ...uses, ...failed } }
    }
    case 'toast':
      return toasted(state, action.says)
    case 'dismissToast':
      return { ...state, toasts: state.toasts.filter(({ id }) => id !== action.id) }
    case 'seek':
      return { ...state, seek: { channel: action.channel, ts: action.ts } }
    case 'found':
      return { ...state, seek: null }
    case 'editing':
      return { ...state, editing: action.message }
    case 'follow':
      return { ...state, ticket: action.ticket }
    case 'said':
      return withRoom({ ...state, awaited: null }, action.channel, (room) => ({ ...room, said: room.said + 1 }))
    case 'await':
      return { ...state, awaited: action.ticket }
  }
}

/** A click shows its failure where it was made, and so does a form. */
function shownOnItsPlace(gesture: string): boolean {
  return /^(click|submit|look up) /.test(gesture)
}

function started(state: PageState, snapshot: Snapshot): PageState {
  const { people, startAt, ...rest } = snapshot
  const same = state.me === snapshot.me
  const first =
    snapshot.channels.find(({ id }) => id === startAt) ??
    snapshot.channels.find(({ joined, kind }) => joined && kind !== 'dm') ??
    snapshot.channels[0]
  const isVisible = snapshot.channels.some(({ id }) => id === state.place.channel)
  const begun: PageState = {
    ...state,
    ...rest,
    people: Object.fromEntries(people.map((person) => [person.id, person])),
    connection: 'live',
    // What changed while nobody listened is unknown: everything is asked for again.
    rooms: same ? Object.fromEntries(Object.entries(state.rooms).map(([id, room]) => [id, stale(room)])) : {},
    threads: {},
    thread: same ? state.thread : null,
    editing: same ? state.editing : null,
    seek: same ? state.seek : null,
    uses: {},
    ticket: state.ticket ?? snapshot.tickets[0]?.number ?? null,
    awaited: same ? state.awaited : null,
  }
  if (same && isVisible) return begun
  const place = isVisible ? state.place : { channel: first?.id ?? null, tab: 'messages' as const }
  return gone({ ...begun, place: { channel: null, tab: 'messages' } }, place)
}

const stale = (room: Room): Room => ({ ...room, loaded: false, loading: false, meanwhile: [] })

function gone(state: PageState, place: Place): PageState {
  if (place.channel === null) return { ...state, place }
  const channel = state.channels.find(({ id }) => id === place.channel)
  const moved = place.channel !== state.place.channel
  const before = { ...state, place, thread: moved ? null : state.thread }
  if (!moved) return before
  return withRoom(before, place.channel, (room) => entered(room, channel?.unread ?? 0))
}

/** Remembers where the unread messages begin, once they are loaded. */
function entered(room: Room, unread: number): Room {
  if (!room.loaded) return { ...room, newAfter: null, unreadAtFirst: unread }
  return { ...room, newAfter: unread === 0 ? null : (room.messages.at(-unread - 1)?.ts ?? null) }
}

function loaded(room: Room, page: readonly PageMessage[], older: boolean): Room {
  const fresh = page.filter((message) => !isReply(message) || message.ephemeral)
  const known = older ? room.messages : []
  const all = new Map([...fresh, ...known].map((message) => [message.ts, message]))
  for (const change of room.meanwhile) {
    if (typeof change === 'string') all.delete(change)
    else all.set(change.ts, change)
  }
  const full = {
    ...room,
    messages: [...all.values()].sort(byTime),
    loaded: true,
    loading: false,
    hasOlder: page.length >= PAGE_SIZE,
    meanwhile: [],
  }
  return room.unreadAtFirst === 0 ? full : { ...entered(full, room.unreadAtFirst), unreadAtFirst: 0 }
}

/** To the channel of the card one waits for, unless one has begun something else since. */
function wentToCard(state: PageState, { channel, ticket, edited }: PageMessage): PageState {
  if (ticket === null || ticket !== state.awaited || edited) return state
  const isChannel = state.channels.some(({ id, kind }) => id === channel && kind !== 'dm')
  if (!isChannel) return state
  const arrivedAt = { ...state, awaited: null }
  return state.thread ? arrivedAt : gone(arrivedAt, { channel, tab: 'messages' })
}

function arrived(state: PageState, message: PageMessage): PageState {
  const inThread = isReply(message) ? withReply(state, message) : withParent(state, message)
  if (isReply(message)) return inThread
  const room = inThread.rooms[message.channel]
  if (!room) return inThread
  return withRoom(inThread, message.channel, (before) => ({
    ...before,
    messages: before.loaded ? placed(before.messages, message, before.hasOlder) : before.messages,
    meanwhile: before.loading ? [...before.meanwhile, message] : before.meanwhile,
  }))
}

/** What went wrong with a message is over once the message changed. */
function mended(state: PageState, { channel, ts }: ThreadPlace): PageState {
  const start = `${channel}/${ts}/`
  const left = Object.entries(state.uses).filter(([key, use]) => use.state === 'busy' || !key.startsWith(start))
  return left.length === Object.keys(state.uses).length ? state : { ...state, uses: Object.fromEntries(left) }
}

function withReply(state: PageState, message: PageMessage): PageState {
  const key = `${message.channel}/${message.threadTs}`
  const thread = state.threads[key]
  if (!thread) return state
  return {
    ...state,
    threads: { ...state.threads, [key]: { ...thread, messages: placed(thread.messages, message, false) } },
  }
}

function withParent(state: PageState, message: PageMessage): PageState {
  const key = threadKey(message)
  const thread = state.threads[key]
  return thread ? withReply(state, { ...message, threadTs: message.ts }) : state
}

/** In its order; what is older than all that is loaded waits for its page. */
function placed(messages: readonly PageMessage[], message: PageMessage, hasOlder: boolean): readonly PageMessage[] {
  const at = messages.findIndex(({ ts }) => ts === message.ts)
  if (at >= 0) return messages.with(at, message)
  const after = messages.findLastIndex((one) => byTime(one, message) < 0)
  return after < 0 && hasOlder ? messages : messages.toSpliced(after + 1, 0, message)
}

function vanished(state: PageState, { channel, ts }: ThreadPlace): PageState {
  const rest = (messages: readonly PageMessage[]) => {
    const left = messages.filter((message) => message.ts !== ts)
    return left.length === messages.length ? messages : left
  }
  const threads = Object.entries(state.threads).map(([key, thread]) =>
    key.startsWith(`${channel}/`) ? [key, { ...thread, messages: rest(thread.messages) }] : [key, thread],
  )
  const open = state.thread?.channel === channel && state.thread.ts === ts ? null : state.thread
  const before = { ...state, threads: Object.fromEntries(threads), thread: open }
  if (!state.rooms[channel]) return before
  return withRoom(before, channel, (room) => ({
    ...room,
    messages: rest(room.messages),
    meanwhile: room.loading ? [...room.meanwhile, ts] : room.meanwhile,
  }))
}

function withRoom(state: PageState, channel: string, change: (room: Room) => Room): PageState {
  return { ...state, rooms: { ...state.rooms, [channel]: change(state.rooms[channel] ?? EMPTY_ROOM) } }
}

function without(uses: PageState['uses'], start: string): PageState['uses'] {
  return Object.fromEntries(Object.entries(uses).filter(([key]) => !key.startsWith(start)))
}

function toasted(state: PageState, says: string): PageState {
  const id = (state.toasts.at(-1)?.id ?? 0) + 1
  return { ...state, toasts: [...state.toasts, { id, says }].slice(-4) }
}

function byTime(a: PageMessage, b: PageMessage): number {
  return Number(a.ts) - Number(b.ts)
}
