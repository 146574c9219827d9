import { useState } from 'react'

export interface Asking {
  readonly busy: boolean
  /** In words for people; null when the last wish was granted. */
  readonly failed: string | null
  /** Whether it was granted. */
  ask(work: () => Promise<unknown>): Promise<boolean>
}

/** A wish to the playground that is under way or was refused, to be shown beside the control that made it. */
export function useAsk(): Asking {
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  return {
    busy,
    failed,
    async ask(work) {
      setBusy(true)
      setFailed(null)
      try {
        await work()
        return true
      } catch (error) {
        setFailed(error instanceof Error ? error.message : String(error))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
