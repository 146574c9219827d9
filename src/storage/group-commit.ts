import { setTimeout as sleep } from 'node:timers/promises'

const LARGEST_GROUP = 200

/** The steps of one shared transaction. */
interface Steps<Tx> {
  readonly windowMs: number
  readonly tx: Tx
  begin(): Promise<void>
  savepoint(): void
  release(): void
  rollback(): void
  /** False when the database gave up the whole transaction by itself (disk full). */
  isOpen(): boolean
  commit(): void
  abort(): void
}

interface Waiting<Tx> {
  run(tx: Tx): Promise<void>
  /** Settles the promise of the caller once the outcome is on disk. */
  settle(): void
  fail(error: unknown): void
}

/**
 * Lets writes that arrive within `windowMs` share one commit, so that one fsync serves them all (DeWitt et al. 1984). Each
 * runs in its own savepoint: one that throws is undone and rejected alone. Nobody hears of success before the commit.
 */
export function groupCommit<Tx>(steps: Steps<Tx>): {
  readonly write: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  readonly drain: () => Promise<void>
} {
  const waiting: Waiting<Tx>[] = []
  let oldest = 0
  let working: Promise<void> | undefined
  let full: AbortController | undefined
  let closed = false

  async function workOff(): Promise<void> {
    while (waiting.length > 0) {
      await window()
      await commitTogether(waiting.splice(0, LARGEST_GROUP), steps)
      oldest = performance.now()
    }
    working = undefined
  }

  async function window(): Promise<void> {
    const left = steps.windowMs - (performance.now() - oldest)
    if (left <= 0 || closed || waiting.length >= LARGEST_GROUP) return
    full = new AbortController()
    await sleep(left, undefined, { signal: full.signal }).catch(() => undefined)
    full = undefined
  }

  return {
    write(work) {
      if (closed) return Promise.reject(new Error('The database is closed.'))
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) oldest = performance.now()
        waiting.push(toWaiting(work, resolve, reject))
        if (waiting.length >= LARGEST_GROUP) full?.abort()
        working ??= workOff()
      })
    },
    async drain() {
      closed = true
      full?.abort()
      await working
    },
  }
}

function toWaiting<Tx, T>(
  work: (tx: Tx) => Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Waiting<Tx> {
  let settle = () => {}
  return {
    async run(tx) {
      const value = await work(tx)
      settle = () => resolve(value)
    },
    settle: () => settle(),
    fail: reject,
  }
}

async function commitTogether<Tx>(group: readonly Waiting<Tx>[], steps: Steps<Tx>): Promise<void> {
  const done: Waiting<Tx>[] = []
  try {
    await steps.begin()
    for (const each of group) if (await succeeds(each, steps)) done.push(each)
    steps.commit()
  } catch (error) {
    if (steps.isOpen()) steps.abort()
    for (const each of group) each.fail(error)
    return
  }
  for (const each of done) each.settle()
}

async function succeeds<Tx>(each: Waiting<Tx>, steps: Steps<Tx>): Promise<boolean> {
  steps.savepoint()
  try {
    await each.run(steps.tx)
  } catch (error) {
    if (!steps.isOpen()) throw error
    steps.rollback()
    each.fail(error)
    return false
  }
  steps.release()
  return true
}
