export interface RateLimits {
  /** chat.postMessage per channel and second; Slack allows about 1. */
  readonly postsPerSecond?: number
  /** How many posts may come at once before that counts. */
  readonly burst?: number
  /** Calls a minute of other methods, by name: Slack's tiers are about 1, 20, 50 and 100. */
  readonly perMinute?: Readonly<Record<string, number>>
}

/** Seconds to wait before this call may come again, undefined when it is welcome now. */
export type RateLimiter = (method: string, channel: string) => number | undefined

export function rateLimiter(limits: RateLimits | undefined, now: () => number): RateLimiter {
  const buckets = new Map<string, { left: number; at: number }>()

  const take = (name: string, perMs: number, burst: number) => {
    const bucket = buckets.get(name) ?? { left: burst, at: now() }
    const left = Math.min(burst, bucket.left + (now() - bucket.at) * perMs)
    const enough = left >= 1
    buckets.set(name, { left: enough ? left - 1 : left, at: now() })
    return enough ? undefined : Math.max(1, Math.ceil((1 - left) / perMs / 1000))
  }

  return (method, channel) => {
    const perMinute = limits?.perMinute?.[method]
    const wait = perMinute === undefined ? undefined : take(method, perMinute / 60_000, perMinute)
    if (wait !== undefined) return wait
    if (method !== 'chat.postMessage' || limits?.postsPerSecond === undefined) return undefined
    return take(`${method} ${channel}`, limits.postsPerSecond / 1000, limits.burst ?? 4)
  }
}
