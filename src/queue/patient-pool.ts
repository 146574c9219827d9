import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { isOutage } from '../storage/postgres.ts'

/** Serialization failure: graphile-worker tries again after such a one, from 50 ms up to 5 s later. */
const TRY_AGAIN = '40001'
const RECONNECT_MS = 500

/**
 * Lets graphile-worker 0.18 sit out a server that is gone. It takes a lost connection for the end of the queue, and a result
 * that could not be stored ends the process as an unhandled rejection; so here connecting waits until the server is back, and
 * a statement that was cut off says that it may be tried again (those of graphile-worker bear it: they name the lock they hold).
 */
export function patientPool(
  pool: pg.Pool,
  isOver: () => boolean,
): {
  readonly pool: pg.Pool
  /** Resolves when nobody holds or awaits a connection: results are stored without anyone waiting for that. */
  readonly unused: () => Promise<void>
} {
  const known = new WeakSet<pg.PoolClient>()
  const inUse = new Set<Promise<void>>()
  const connect = pool.connect.bind(pool)

  async function lend(): Promise<pg.PoolClient> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const use = promise.finally(() => inUse.delete(use))
    inUse.add(use)
    const client = await connectPatiently()
    if (!known.has(client)) known.add(marking(client))
    const release = client.release.bind(client)
    client.release = (error) => {
      release(error)
      resolve()
    }
    return client
  }

  async function connectPatiently(): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await connect()
      } catch (error) {
        if (isOver()) return await new Promise<never>(() => {}) // nobody waits for it any more
        if (!isOutage(error)) throw error
        await sleep(RECONNECT_MS)
      }
    }
  }

  const either = (tell?: Parameters<typeof connect>[0]) => (tell ? connect(tell) : lend())
  return {
    pool: Object.assign(pool, { connect: either as pg.Pool['connect'] }),
    async unused() {
      while (inUse.size > 0) await Promise.all(inUse)
    },
  }
}

function marking(client: pg.PoolClient): pg.PoolClient {
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown
  const marked = (...given: readonly unknown[]): unknown => {
    const result = query(...given)
    return result instanceof Promise ? result.catch(mark) : result
  }
  return Object.assign(client, { query: marked as pg.PoolClient['query'] })
}

function mark(error: unknown): never {
  if (!isOutage(error)) throw error
  throw Object.assign(new Error((error as Error).message, { cause: error }), { code: TRY_AGAIN })
}
