import { createHash, timingSafeEqual } from 'node:crypto'
import type { Handler } from 'hono'

export interface MetricsSource {
  readonly contentType: string
  text(): Promise<string>
  /** What a caller has to show, when anything. */
  readonly token: string | undefined
}

/** The numbers worth watching, for whoever shows the token. */
export function metricsRoute(source: MetricsSource | undefined): Handler {
  return async (context) => {
    if (!source) return context.json({ error: 'There is nothing at this address.' }, 404)
    const shown = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    if (source.token !== undefined && !isSame(shown ?? '', source.token))
      return context.json({ error: 'Show METRICS_TOKEN as a bearer token.' }, 401, { 'www-authenticate': 'Bearer' })
    return context.body(await source.text(), 200, { 'content-type': source.contentType })
  }
}

/** Takes as long for every wrong token. */
function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(one), hash(other))
}
