import type { Args } from './args.ts'
import type { Changes } from './changes.ts'
import type { Delivery } from './delivery.ts'
import type { Faults } from './faults.ts'
import type { Recorder } from './ledger.ts'
import type { Fields } from './model.ts'
import type { SocketMode } from './socket-mode.ts'
import type { World } from './world.ts'

/** The running workspace: what it remembers and everything around that. */
export interface Site {
  readonly world: World
  readonly record: Recorder
  readonly changes: Changes
  readonly faults: Faults
  readonly delivery: Delivery
  readonly socket: SocketMode
  readonly scopes: readonly string[]
  /** How long after it landed a message is missing from conversations.history. */
  readonly historyLagMs: number
  /** Whether the app hears of its own messages, as it does in Slack when it subscribes to them. */
  readonly echo: boolean
  readonly url: () => string
  /** Runs later without keeping the process alive; forgotten when the workspace closes. */
  readonly later: (delayMs: number, work: () => void) => void
}

export interface Call {
  readonly site: Site
  readonly args: Args
}

/** One Web API method: returns what comes beside `ok: true`, throws `SlackError` for `ok: false`. */
type Method = (call: Call) => Fields

export interface MethodEntry {
  readonly run: Method
  /** Any one of these scopes is enough; none needed when empty. */
  readonly scopes: readonly string[]
}
