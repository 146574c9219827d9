import type { Attachment, Block, Content, Ephemeral, Fields, Message } from './model.ts'
import { readText } from './reading.ts'
import type { World } from './world.ts'

/** A message as somebody sees it now. */
export interface VisibleMessage extends Content {
  readonly channel: string
  readonly channelName: string
  readonly ts: string
  readonly threadTs?: string
  readonly user: string
  readonly botId?: string
  readonly metadata?: Fields
  readonly blocks: readonly Block[]
  readonly attachments: readonly Attachment[]
  /** All its text in reading order. */
  readonly shows: string
  readonly edited: boolean
  readonly ephemeral: boolean
  readonly postedAt: number
  readonly reactions: Readonly<Record<string, readonly string[]>>
}

/** One line of what ever happened to a message. */
export interface Posting extends Content {
  readonly kind: 'posted' | 'edited' | 'deleted' | 'ephemeral'
  readonly at: number
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly to?: string
}

export interface CallRecord {
  readonly method: string
  readonly at: number
  readonly args: Fields
  readonly ok: boolean
  readonly error?: string
  readonly fault?: string
}

export interface DeliveryRecord {
  readonly kind: 'events_api' | 'interactive' | 'slash_commands'
  /** The event's type, `block_actions`, `view_submission`, the command's name … */
  readonly type: string
  readonly at: number
  readonly via: 'http' | 'socket' | 'nobody'
  readonly attempt: number
  readonly acked: boolean
  readonly status?: number
  readonly ackMs: number
  readonly error?: string
}

/** What a person was shown instead of a result, such as Slack's "operation_timeout". */
export interface FailureSeen {
  readonly user: string
  readonly at: number
  readonly gesture: string
  readonly error: string
}

export interface Flagged {
  readonly channel: string
  readonly ts: string
  readonly what: string
}

export interface Ledger {
  readonly postings: readonly Posting[]
  readonly failures: readonly FailureSeen[]
  /** Faults injected so far, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** Posts that let Slack unfurl links: they did not say unfurl_links: false and unfurl_media: false. */
  readonly unfurling: readonly Flagged[]
  /** Live mentions and labelled links in what the app wrote: `<!channel>`, `<@U…>`, `<https://a|b>`. */
  readonly liveMarkup: readonly Flagged[]
  visible(channel?: string): VisibleMessage[]
  /** Ephemerals somebody still sees; of everybody when no person is named. */
  ephemerals(user?: string): VisibleMessage[]
  calls(method?: string): readonly CallRecord[]
  deliveries(type?: string): readonly DeliveryRecord[]
}

export interface Recorder {
  readonly ledger: Ledger
  posted(message: Message, kind: 'posted' | 'edited' | 'deleted'): void
  whispered(ephemeral: Ephemeral): void
  called(call: CallRecord): void
  delivered(delivery: DeliveryRecord): void
  failed(failure: FailureSeen): void
  faulted(kind: string): void
  unfurls(channel: string, ts: string, method: string): void
  forget(): void
}

/** The memory that never forgets: what was posted, seen, called, delivered and broken, for tests to judge. */
export function recorder(world: World): Recorder {
  const postings: Posting[] = []
  const failures: FailureSeen[] = []
  const calls: CallRecord[] = []
  const deliveries: DeliveryRecord[] = []
  const faults: Record<string, number> = {}
  const unfurling: Flagged[] = []
  const liveMarkup: Flagged[] = []

  const look = ({ channel, ts, ...content }: Content & { readonly channel: string; readonly ts: string }) => {
    for (const what of liveMarkupIn(content)) liveMarkup.push({ channel, ts, what })
  }

  return {
    ledger: {
      postings,
      failures,
      faults,
      unfurling,
      liveMarkup,
      visible: (named) => visibleMessages(world, named),
      ephemerals: (user) =>
        world.ephemerals
          .filter((one) => one.deletedAt === undefined && (user === undefined || one.to === user))
          .map((one) => toVisible(world, one)),
      calls: (method) => (method === undefined ? calls : calls.filter((call) => call.method === method)),
      deliveries: (type) => (type === undefined ? deliveries : deliveries.filter((delivery) => delivery.type === type)),
    },

    posted(message, kind) {
      const { channel, ts, user } = message
      postings.push({ kind, at: world.now(), channel, ts, user, ...contentOf(message) })
      if (kind !== 'deleted' && message.botId !== undefined) look(message)
    },
    whispered(ephemeral) {
      const { channel, ts, to } = ephemeral
      const user = world.self.botUserId
      postings.push({ kind: 'ephemeral', at: world.now(), channel, ts, user, to, ...contentOf(ephemeral) })
      look(ephemeral)
    },
    called: (call) => void calls.push(call),
    delivered: (delivery) => void deliveries.push(delivery),
    failed: (failure) => void failures.push(failure),
    faulted(kind) {
      faults[kind] = (faults[kind] ?? 0) + 1
    },
    unfurls: (channel, ts, what) => void unfurling.push({ channel, ts, what }),

    forget() {
      for (const list of [postings, failures, calls, deliveries, unfurling, liveMarkup]) list.length = 0
      for (const kind of Object.keys(faults)) delete faults[kind]
    },
  }
}

function visibleMessages(world: World, named: string | undefined): VisibleMessage[] {
  const wanted = named?.replace(/^#/, '')
  return [...world.messages]
    .filter(([id]) => wanted === undefined || id === wanted || world.channels.get(id)?.name === wanted)
    .flatMap(([, messages]) => [...messages.values()].filter((message) => message.deletedAt === undefined))
    .map((message) => toVisible(world, message))
}

const alreadyShown = new WeakMap<Message | Ephemeral, VisibleMessage>()

/** Messages never change, they are replaced; so each is read only once. */
export function toVisible(world: World, shown: Message | Ephemeral): VisibleMessage {
  const before = alreadyShown.get(shown)
  if (before) return before
  const visible = asVisible(world, shown)
  alreadyShown.set(shown, visible)
  return visible
}

function asVisible(world: World, shown: Message | Ephemeral): VisibleMessage {
  const { channel, ts, postedAt } = shown
  const own = 'to' in shown
  return {
    channel,
    channelName: world.channels.get(channel)?.name ?? '',
    ts,
    postedAt,
    ...(shown.threadTs === undefined ? {} : { threadTs: shown.threadTs }),
    user: own ? world.self.botUserId : shown.user,
    ...(own || shown.botId === undefined ? {} : { botId: shown.botId }),
    ...(own || shown.metadata === undefined ? {} : { metadata: shown.metadata }),
    text: shown.text,
    blocks: shown.blocks ?? [],
    attachments: shown.attachments ?? [],
    shows: readText(shown),
    edited: !own && shown.editedTs !== undefined,
    ephemeral: own,
    reactions: own ? {} : shown.reactions,
  }
}

function contentOf({ text, blocks, attachments }: Content): Content {
  return { text, ...(blocks ? { blocks } : {}), ...(attachments ? { attachments } : {}) }
}

function liveMarkupIn(content: Content): string[] {
  return (
    readText(content).match(
      /<(?:!(?:channel|here|everyone|subteam\^[^>]*)|[@#][A-Z0-9]+[^>]*|https?:[^>|]*\|[^>]*)>/g,
    ) ?? []
  )
}
