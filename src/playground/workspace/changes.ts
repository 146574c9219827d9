/** What became different, by where it is: who wants to know how it is now looks there. */
export type Change =
  /** Posted, edited, deleted, or with other reactions; `thread` is the message it answers, which counts its answers. */
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string; readonly thread: string | undefined }
  /** What one person alone was told, or is told no more. */
  | { readonly kind: 'whisper'; readonly channel: string; readonly ts: string; readonly to: string }
  /** A channel was archived, or somebody came in or left. */
  | { readonly kind: 'channels' }
  | { readonly kind: 'people' }
  | { readonly kind: 'view'; readonly type: 'modal' | 'home'; readonly user: string }
  | { readonly kind: 'failure'; readonly user: string; readonly gesture: string; readonly error: string }
  | { readonly kind: 'reset' }

export interface Changes {
  /** Tells everybody who waits to look again, and those who listen what happened. */
  readonly changed: (change?: Change) => void
  /** Calls `listener` at each change, at once and in order; returns how to stop that. It must not throw. */
  subscribe(listener: (change: Change) => void): () => void
  /** Resolves with the first truthy result; rejects after `timeoutMs` with what the last look said. */
  until<T>(condition: () => T | Promise<T>, timeoutMs?: number): Promise<NonNullable<T>>
}

/** Waiting without polling: a condition is looked at again after each change, and every 20 ms for what happens elsewhere. */
export function changes(): Changes {
  const waiting = new Set<() => void>()
  const listeners = new Set<(change: Change) => void>()
  let announced = false

  return {
    changed(change) {
      if (change) for (const listener of listeners) listener(change)
      if (announced || waiting.size === 0) return
      announced = true
      setImmediate(() => {
        announced = false
        for (const look of waiting) look()
      })
    },

    subscribe(listener) {
      // The same function may listen twice, and each is taken away by itself.
      const one = (change: Change) => listener(change)
      listeners.add(one)
      return () => void listeners.delete(one)
    },

    until(condition, timeoutMs = 5000) {
      const asked = new Error(
        `Waited ${timeoutMs} ms in vain for ${String(condition).replace(/\s+/g, ' ').slice(0, 200)}`,
      )
      return new Promise((resolve, reject) => {
        let looking = false
        const look = async () => {
          if (looking) return
          looking = true
          try {
            const result = await condition()
            if (result) finish(() => resolve(result))
          } catch (error) {
            asked.cause = error
          } finally {
            looking = false
          }
        }
        const again = () => void look()
        const interval = setInterval(again, 20)
        const limit = setTimeout(() => finish(() => reject(asked)), timeoutMs)
        const finish = (settle: () => void) => {
          clearInterval(interval)
          clearTimeout(limit)
          waiting.delete(again)
          settle()
        }
        waiting.add(again)
        again()
      })
    },
  }
}
