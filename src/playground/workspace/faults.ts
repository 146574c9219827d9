import { createHash } from 'node:crypto'

export const FAULT_KINDS = [
  'before-reset',
  'before-5xx',
  '429',
  'delay',
  'not-ok-internal-error',
  'garbage-body',
  'accept-then-reset',
  'accept-then-5xx',
  'accept-then-timeout',
  'accept-then-internal-error',
  'late-landing',
] as const

/**
 * `before-…` and `not-ok-…`: Slack did not do it. `accept-then-…` and `garbage-body`: Slack did it, the caller cannot
 * know. `late-landing`: the connection is cut now and the call takes effect `lateMs` later.
 */
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface FaultPlan {
  readonly seed: number
  /** Share of the calls that go wrong, 0..1. */
  readonly rate: number
  /** Which Web API methods; all when left out. */
  readonly methods?: readonly string[]
  readonly kinds?: readonly FaultKind[]
  readonly delayMs?: number
  readonly lateMs?: number
  /** Seconds in the Retry-After of a 429. */
  readonly retryAfterS?: number
  /** Share of the events (not clicks) that Slack never delivers, and that it delivers twice. */
  readonly droppedEvents?: number
  readonly doubledEvents?: number
}

export interface Fault {
  readonly kind: FaultKind
  readonly delayMs: number
  readonly lateMs: number
  readonly retryAfterS: number
}

export interface Faults {
  plan: FaultPlan | undefined
  /** Slack is down: every call answers 503, sockets are cut, nothing is delivered. */
  down: boolean
  /** Set once the app's tokens are worth nothing any more: what Slack then answers. */
  revoked: 'account_inactive' | 'token_revoked' | 'invalid_auth' | undefined
  /** The next call of the method meets this fault, whatever the plan says. */
  failNext(method: string, kind: FaultKind, detail?: Partial<Fault>): void
  forCall(method: string): Fault | undefined
  forEvent(): 'dropped' | 'doubled' | undefined
  /** No plan, nothing forced, Slack up, tokens good. */
  clear(): void
}

/** The n-th call of a method always meets the same fate under the same seed, in whatever order methods interleave. */
export function faults(initial: FaultPlan | undefined): Faults {
  const counts = new Map<string, number>()
  const forced = new Map<string, Fault[]>()
  const nth = (name: string) => {
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    return count
  }

  return {
    plan: initial,
    down: false,
    revoked: undefined,

    failNext(method, kind, detail = {}) {
      const fault = { kind, delayMs: 200, lateMs: 500, retryAfterS: 1, ...detail }
      forced.set(method, [...(forced.get(method) ?? []), fault])
    },

    forCall(method) {
      const [first, ...rest] = forced.get(method) ?? []
      if (first) {
        forced.set(method, rest)
        return first
      }
      const { plan } = this
      if (!plan || (plan.methods && !plan.methods.includes(method))) return undefined
      const call = nth(method)
      if (chance(`${plan.seed}/${method}/${call}`) >= plan.rate) return undefined

      const kinds = plan.kinds ?? FAULT_KINDS
      const kind = kinds[Math.floor(chance(`${plan.seed}/${method}/${call}/kind`) * kinds.length)]
      if (kind === undefined) return undefined
      return {
        kind,
        delayMs: plan.delayMs ?? 200,
        lateMs: plan.lateMs ?? 500,
        retryAfterS: plan.retryAfterS ?? 1,
      }
    },

    clear() {
      forced.clear()
      Object.assign(this, { plan: undefined, down: false, revoked: undefined })
    },

    forEvent() {
      const { plan } = this
      if (!plan?.droppedEvents && !plan?.doubledEvents) return undefined
      const drawn = chance(`${plan.seed}/event/${nth('event')}`)
      const dropped = plan.droppedEvents ?? 0
      if (drawn < dropped) return 'dropped'
      return drawn < dropped + (plan.doubledEvents ?? 0) ? 'doubled' : undefined
    },
  }
}

/** 0 ≤ x < 1, the same for the same text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
