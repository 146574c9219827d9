import type { Change } from './changes.ts'
import type { Outcome } from './delivery.ts'
import type { Fault, FaultKind, FaultPlan } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { ChannelSeed, Fields, Person, PersonSeed, UserGroupSeed } from './model.ts'
import type { RateLimits } from './rate-limits.ts'
import type { SocketMode } from './socket-mode.ts'
import type { UserView } from './user-view.ts'
import type { Identity } from './world.ts'

export interface WorkspaceOptions {
  readonly people: readonly PersonSeed[]
  readonly channels: readonly ChannelSeed[]
  readonly userGroups?: readonly UserGroupSeed[]
  readonly signingSecret: string
  readonly appId?: string
  readonly teamId?: string
  readonly teamDomain?: string
  readonly botName?: string
  readonly botUserId?: string
  readonly botId?: string
  readonly botToken?: string
  readonly appToken?: string
  /** What the app was granted; everything Waybill could ask for when left out. */
  readonly scopes?: readonly string[]
  /** Where signed deliveries go while no Socket Mode connection is open. */
  readonly eventsUrl?: string
  /** Milliseconds since 1970; governs timestamps, triggers, history lag, rate limits, never waiting. */
  readonly now?: () => number
  readonly historyLagMs?: number
  readonly rateLimits?: RateLimits
  readonly faults?: FaultPlan
  /** Whether the app hears of its own messages; true when left out. */
  readonly echo?: boolean
  /** How long the app may take to acknowledge; Slack's 3,000 when left out. */
  readonly ackTimeoutMs?: number
  readonly eventRetryDelaysMs?: readonly number[]
  readonly port?: number
}

export interface SlackWorkspace {
  /** `http://127.0.0.1:<port>`; the Web API is under `/api/`. */
  readonly url: string
  /** What an app needs to connect: base URL with its trailing slash, tokens, secret, ids. */
  readonly app: Identity & { readonly slackApiUrl: string }
  readonly ledger: Ledger
  /** Everybody, the bot too, as they are now. */
  readonly people: readonly Person[]
  readonly socket: Pick<SocketMode, 'connections' | 'refresh' | 'cut' | 'freeze'>
  /** Deliveries under way, retries included. */
  readonly pendingDeliveries: number
  as(who: string): UserView
  until<T>(condition: () => T | Promise<T>, timeoutMs?: number): Promise<NonNullable<T>>
  /** Calls `listener` at each change, at once and in order; returns how to stop that. It must not throw. */
  onChange(listener: (change: Change) => void): () => void
  deliverTo(url: string | undefined): void
  /** Sends the app any event, wrapped and signed; `envelope` replaces parts of the wrapping, such as `event_id`. */
  announce(event: Fields, envelope?: Fields): Promise<Outcome>
  /** What goes wrong now, by whoever's hand. */
  readonly faults: { readonly plan: FaultPlan | undefined; readonly down: boolean }
  setFaults(plan: FaultPlan | undefined): void
  /** From now on Slack takes no more calls than this, as the real one does; returns how to go back to what was. */
  limitRates(limits: RateLimits | undefined): () => void
  failNext(method: string, kind: FaultKind, detail?: Partial<Fault>): void
  down(isDown: boolean): void
  /** Makes every token worthless, or good again. */
  revoke(error: 'account_inactive' | 'token_revoked' | 'invalid_auth' | undefined): void
  deactivate(who: string): void
  archive(channel: string): void
  /** Takes somebody (the bot by its name) out of a channel, without an event, or brings them in. */
  kick(who: string, channel: string): void
  invite(who: string, channel: string): void
  /** Forgets everything, the ledger too, and goes on with the people and channels it began with. */
  reset(): void
  close(): Promise<void>
}
