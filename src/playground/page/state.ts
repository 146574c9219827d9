import type {
  CastMember,
  CommandHint,
  PageChannel,
  PageMessage,
  PagePerson,
  PageStatus,
  PageView,
  SceneState,
  ShortcutHint,
  Snapshot,
  TicketLine,
} from '../page-contract.ts'

/** Everything the page shows. It changes in one way only: `reduce(state, action)`. */
export interface PageState {
  /** Null until the first snapshot came. */
  readonly me: string | null
  readonly connection: 'connecting' | 'live' | 'lost'
  readonly team: Snapshot['team']
  readonly people: Readonly<Record<string, PagePerson>>
  readonly cast: readonly CastMember[]
  readonly channels: readonly PageChannel[]
  readonly commands: readonly CommandHint[]
  readonly shortcuts: readonly ShortcutHint[]
  readonly modal: PageView | null
  readonly home: PageView | null
  readonly status: PageStatus | null
  readonly scenes: readonly SceneState[]
  /** Newest first. */
  readonly tickets: readonly TicketLine[]
  readonly place: Place
  readonly rooms: Readonly<Record<string, Room>>
  readonly threads: Readonly<Record<string, Thread>>
  readonly thread: ThreadPlace | null
  /** What is under way or went wrong, by what it was done to; see `keyOf`. */
  readonly uses: Readonly<Record<string, Use>>
  readonly toasts: readonly Toast[]
  /** The own message that is being changed. */
  readonly editing: ThreadPlace | null
  /** A message to scroll to; cleared once it was shown. */
  readonly seek: ThreadPlace | null
  /** The ticket the journey strip follows. */
  readonly ticket: number | null
  /** The ticket of an own e-mail whose card has not come yet; the workspace goes where it comes. */
  readonly awaited: number | null
}

export interface Place {
  readonly channel: string | null
  readonly tab: 'messages' | 'home'
}

export interface ThreadPlace {
  readonly channel: string
  readonly ts: string
}

/** The messages of one channel that are loaded, oldest first, without replies. */
export interface Room {
  readonly messages: readonly PageMessage[]
  readonly loaded: boolean
  readonly loading: boolean
  readonly hasOlder: boolean
  /** Where unread messages began when the channel was opened. */
  readonly newAfter: string | null
  /** How many were unread when it was opened, until the page that has them is loaded. */
  readonly unreadAtFirst: number
  /** How often one has said something here, or given a command; each time the end of the room is shown. */
  readonly said: number
  /** What came or went while a page was on its way; it is newer than the page. */
  readonly meanwhile: readonly (PageMessage | string)[]
}

export interface Thread {
  /** The parent first. */
  readonly messages: readonly PageMessage[]
  readonly loaded: boolean
}

export type Use = { readonly state: 'busy' } | { readonly state: 'failed'; readonly says: string }

export interface Toast {
  readonly id: number
  readonly says: string
}

export const EMPTY: PageState = {
  me: null,
  connection: 'connecting',
  team: { name: '', domain: '' },
  people: {},
  cast: [],
  channels: [],
  commands: [],
  shortcuts: [],
  modal: null,
  home: null,
  status: null,
  scenes: [],
  tickets: [],
  place: { channel: null, tab: 'messages' },
  rooms: {},
  threads: {},
  thread: null,
  uses: {},
  toasts: [],
  editing: null,
  seek: null,
  ticket: null,
  awaited: null,
}

export const EMPTY_ROOM: Room = {
  messages: [],
  loaded: false,
  loading: false,
  hasOlder: false,
  newAfter: null,
  unreadAtFirst: 0,
  said: 0,
  meanwhile: [],
}

export const threadKey = ({ channel, ts }: ThreadPlace): string => `${channel}/${ts}`

export const isReply = ({ ts, threadTs }: Pick<PageMessage, 'ts' | 'threadTs'>): boolean =>
  threadTs !== undefined && threadTs !== ts

/** The direct message with the app, which has the Home tab. */
export function appChannel({ channels, people }: PageState): PageChannel | undefined {
  const bots = Object.values(people).filter(({ isBot }) => isBot)
  return channels.find(
    ({ kind, name }) => kind === 'dm' && bots.some((bot) => bot.name === name || bot.realName === name),
  )
}
