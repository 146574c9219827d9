import type { BotState, BreakName, CastMember, FeedState, FeedWish, OwnMail } from './stage/contract.ts'
import type { VisibleMessage } from './workspace/ledger.ts'
import type { Block, Fields } from './workspace/model.ts'

/**
 * What the page and its server say to each other. Gestures and wishes are `POST` with JSON, answered with `{ result }` or
 * `{ error }` in words for people; everything that changes by itself comes over one stream of server-sent events, whose
 * names are the `kind`s of `PageEvent` and whose data is the JSON of one.
 *
 *     GET  /api/stream?as=<user>                            PageEvent*, beginning with `snapshot`
 *     GET  /api/messages?as&channel&before=<ts>&limit       PageMessage[], oldest first, the newest when `before` is left out
 *     GET  /api/thread?as&channel&ts                        PageMessage[], the parent first
 *     GET  /api/journey/<number>                            Journey
 *     GET  /api/event/<number>/<version>                    SourceText, the stored event
 *     GET  /api/decision/<number>                           SourceText, the stored decision record
 *     GET  /api/source?path=<file>                          SourceText, a file of this repository's code, seeds or docs
 *     POST /api/gesture/<click|offered|submit|close|command|shortcut|openHome|say|react|edit|unsay>  { as, … }
 *     POST /api/read    { as, channel, ts }                 everything up to there was seen
 *     POST /api/feed    FeedWish
 *     POST /api/mail    OwnMail                             { number? }
 *     POST /api/eml     { name, raw }                       raw: base64 of the file
 *     POST /api/break   { what: BreakName, on: boolean }
 *     POST /api/scene   { name }
 */
export type PageEvent =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  /** New or changed; replaces the one with the same channel and ts. */
  | { readonly kind: 'message'; readonly message: PageMessage }
  | { readonly kind: 'gone'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'channels'; readonly channels: readonly PageChannel[] }
  /** What stands in front of this person now; null when nothing does. */
  | { readonly kind: 'modal'; readonly modal: PageView | null }
  | { readonly kind: 'home'; readonly home: PageView | null }
  | { readonly kind: 'status'; readonly status: PageStatus }
  | { readonly kind: 'ticket'; readonly ticket: TicketLine }
  | { readonly kind: 'scene'; readonly scene: SceneState }
  /** Slack showed this person a failure, such as "operation_timeout". */
  | { readonly kind: 'failure'; readonly gesture: string; readonly error: string }

/** Everything one person's screen starts with, except the messages of channels. */
export interface Snapshot {
  readonly team: { readonly name: string; readonly domain: string }
  readonly me: string
  /** Everybody, the bot too. */
  readonly people: readonly PagePerson[]
  readonly cast: readonly CastMember[]
  readonly channels: readonly PageChannel[]
  /** The channel to begin with, for who comes from nowhere. */
  readonly startAt?: string
  readonly commands: readonly CommandHint[]
  readonly shortcuts: readonly ShortcutHint[]
  readonly modal: PageView | null
  readonly home: PageView | null
  readonly status: PageStatus
  readonly scenes: readonly SceneState[]
  /** Newest first. */
  readonly tickets: readonly TicketLine[]
}

export interface PagePerson {
  readonly id: string
  readonly name: string
  readonly realName: string
  readonly isBot: boolean
  readonly guest: boolean
  readonly deactivated: boolean
}

export interface PageChannel {
  readonly id: string
  /** Without the #; for direct messages the display name of the other side. */
  readonly name: string
  readonly kind: 'public' | 'private' | 'dm'
  readonly archived: boolean
  /** A member; otherwise this person may read but not write. */
  readonly joined: boolean
  readonly unread: number
  readonly lastTs: string | null
}

/** A message with what Slack's own client adds under and beside it. */
export interface PageMessage extends VisibleMessage {
  readonly replyCount: number
  readonly lastReplyTs: string | null
  /** Set on the bot's messages about one ticket. */
  readonly ticket: number | null
}

export interface PageView {
  readonly id: string
  readonly hash: string
  readonly callbackId: string
  readonly title: string
  readonly submit: string | null
  readonly close: string
  readonly blocks: readonly Block[]
  /** block_id -> action_id -> what the person has entered so far, as Slack's view.state.values holds it. */
  readonly values: Readonly<Record<string, Readonly<Record<string, Fields>>>>
}

export interface CommandHint {
  /** As typed, e.g. `/waybill why <number>`. */
  readonly form: string
  readonly does: string
}

export interface ShortcutHint {
  readonly callbackId: string
  readonly name: string
  readonly kind: 'message' | 'global'
}

export interface PageStatus {
  readonly bot: BotState
  readonly feed: FeedState
  readonly broken: Readonly<Record<BreakName, boolean>>
  /** Which language model answers: the stand-in of the playground, one that was set, or none. */
  readonly model: { readonly kind: 'stand-in' | 'yours' | 'none'; readonly says: string }
  readonly counts: {
    readonly tickets: number
    readonly open: number
    readonly waiting: number
    readonly lessons: number
  }
}

export interface TicketLine {
  readonly number: number
  readonly subject: string
  readonly status: string
  readonly priority: string | null
  readonly team: string | null
  readonly assignee: string | null
  /** ISO 8601. */
  readonly receivedAt: string
}

/** One ticket followed from its arrival to what comes next, in plain words and figures. */
export interface Journey {
  readonly ticket: TicketLine
  readonly chapters: readonly JourneyChapter[]
}

export type JourneyStage =
  | 'arrived'
  | 'voices'
  | 'customer'
  | 'considered'
  | 'decided'
  | 'happened'
  | 'learned'
  | 'next'

export interface JourneyChapter {
  readonly stage: JourneyStage
  readonly title: string
  readonly lines: readonly JourneyLine[]
}

export interface JourneyLine {
  /** ISO 8601, when it happened at a moment. */
  readonly at?: string
  readonly says: string
  /** Smaller print under the line. */
  readonly detail?: string
  /** 0..1, drawn as a bar. */
  readonly share?: number
  readonly tone?: 'good' | 'bad' | 'muted'
  /** What made this line; every line has one. */
  readonly source: JourneySource
}

export type JourneySource =
  | { readonly kind: 'event'; readonly version: number }
  | { readonly kind: 'decision' }
  | { readonly kind: 'file'; readonly path: string; readonly line?: number }

export interface SourceText {
  readonly title: string
  readonly language: 'ts' | 'json' | 'yaml' | 'md' | 'sql' | 'text'
  readonly text: string
}

export interface SceneState {
  readonly name: string
  readonly title: string
  /** What one will see, in one sentence. */
  readonly about: string
  readonly state: 'idle' | 'running' | 'passed' | 'failed'
  /** What happened so far, oldest first. */
  readonly says: readonly { readonly at: string; readonly text: string; readonly tone?: 'good' | 'bad' }[]
}

export type { BotState, BreakName, CastMember, FeedState, FeedWish, OwnMail }
