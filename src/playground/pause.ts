import { setTimeout as sleep } from 'node:timers/promises'

/** Waits that many milliseconds, or until the signal; never rejects, and keeps no process alive. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
