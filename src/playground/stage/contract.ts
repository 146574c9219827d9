import type { App } from '../../app.ts'
import type { Person } from '../../core/person.ts'
import type { SlackWorkspace } from '../workspace/contract.ts'

/** The bot as people run it (`src/main.ts` in a process of its own), our Slack around it, and what feeds and breaks them. */
export interface Stage {
  readonly slack: SlackWorkspace
  /** A second app on the bot's database, for reading along and for handing in mail. It serves nothing and knows no Slack. */
  readonly app: App
  readonly people: readonly Person[]
  /** One of each part. */
  readonly cast: readonly CastMember[]
  readonly bot: Bot
  readonly feeder: Feeder
  readonly breaks: Breaks
  readonly model: { readonly kind: 'stand-in' | 'yours' | 'none'; readonly says: string }
  /** Called after each change of bot, feeder or breaks; returns how to stop that. */
  onChange(listener: () => void): () => void
  /** Ends everything by its own process id, and removes the folder. */
  stop(): Promise<void>
}

export interface BotState {
  readonly state: 'starting' | 'up' | 'stopping' | 'down'
  readonly pid: number | null
  /** How often it was started. */
  readonly starts: number
}

export interface Bot {
  readonly state: BotState
  readonly url: string
  /** Resolves once it serves; UnavailableError with its last words when it ends before. */
  start(): Promise<void>
  /** SIGKILL in the middle of whatever it does. */
  kill(): Promise<void>
  /** SIGTERM; resolves with how long it took, milliseconds. */
  stop(): Promise<number>
  /** The last lines it wrote to its log, oldest first. */
  log(): readonly string[]
}

export interface FeedState {
  readonly playing: boolean
  /** Tickets a minute. */
  readonly perMinute: number
  /** Waybill has accepted so many. */
  readonly sent: number
  /** Sent, but not accepted yet: their sender tries again. */
  readonly waiting?: number
  /** Waybill said that something is wrong with them. */
  readonly refused?: number
  /** In the stream; null when it goes on for ever. */
  readonly total: number | null
  /** What the stream is: the demo's own tickets, or the file that was given. */
  readonly source: string
  /** Whether the people of the town click by themselves. */
  readonly peopleWork: boolean
  /** Why it paused by itself, for people. */
  readonly says?: string
}

export type FeedWish =
  | { readonly do: 'play' | 'pause' | 'next' }
  | { readonly do: 'speed'; readonly perMinute: number }
  | { readonly do: 'peopleWork'; readonly on: boolean }

export interface Feeder {
  readonly state: FeedState
  wish(wish: FeedWish): Promise<void>
  /** Written as a real e-mail and read by the same reader as any; resolves with the ticket's number. */
  mail(mail: OwnMail): Promise<{ readonly number: number }>
  /** Bytes of an .eml file; an error says what is wrong with it. */
  eml(name: string, raw: Uint8Array): Promise<{ readonly number: number }>
}

export type BreakName = 'rate-limit' | 'slack-down' | 'model-down' | 'bot-down'

export interface Breaks {
  readonly on: Readonly<Record<BreakName, boolean>>
  /** `bot-down` on is kill -9, off is a new start. */
  set(what: BreakName, on: boolean): Promise<void>
}

/** Somebody one can act as. */
export interface CastMember {
  readonly id: string
  readonly part: 'agent' | 'on-call' | 'lead' | 'admin' | 'guest'
  /** One line: who they are and what to try as them. */
  readonly about: string
}

export interface OwnMail {
  readonly from: { readonly name: string; readonly email: string }
  readonly subject: string
  readonly body: string
}
