import type { Handler } from 'hono'
import { SECOND } from '../core/time.ts'
import { within } from '../lib/within.ts'
import type { Log } from '../ports.ts'

/** Name -> what is wrong with it, if anything. */
export type Readiness = Readonly<Record<string, () => Promise<string | undefined>>>

const LIMIT_MS = 2 * SECOND

/** 200 when everything that is needed to do the work is there, 503 with what is missing otherwise. Says nothing of our insides. */
export function readyRoute(checks: Readiness, log: Log): Handler {
  return async (context) => {
    const said = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const wrong = await within(LIMIT_MS, check).catch((error: unknown) => {
          log.warn({ check: name, error: error instanceof Error ? error.name : 'unknown error' }, 'not ready')
          return `The ${name} does not answer.`
        })
        return [name, wrong] as const
      }),
    )
    const faults = said.flatMap(([name, wrong]) => (wrong === undefined ? [] : [[name, wrong] as const]))
    if (faults.length === 0) return context.json({ ready: true })
    return context.json({ ready: false, error: faults.map(([, wrong]) => wrong).join(' ') }, 503)
  }
}
