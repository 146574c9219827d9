export interface Changes {
  /** Tells everybody who waits to look again. */
  readonly changed: () => void
  /** Resolves with the first truthy result; rejects after `timeoutMs` with what the last look said. */
  until<T>(condition: () => T | Promise<T>, timeoutMs?: number): Promise<NonNullable<T>>
}

/** Waiting without polling: a condition is looked at again after each change, and every 20 ms for what happens elsewhere. */
export function changes(): Changes {
  const waiting = new Set<() => void>()
  let announced = false

  return {
    changed() {
      if (announced || waiting.size === 0) return
      announced = true
      setImmediate(() => {
        announced = false
        for (const look of waiting) look()
      })
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
