import type { MiddlewareHandler } from 'hono'

const OURS = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Lets in what this machine's own browser sends to this page, and nothing that another web page makes it send: a foreign name
 * that resolves to 127.0.0.1 shows in `Host` (DNS rebinding), and JSON cannot be posted from elsewhere without asking first.
 */
export const guard: MiddlewareHandler = async (context, next) => {
  if (!OURS.has(hostOf(context.req.header('host') ?? '')))
    return context.json({ error: 'The playground answers at http://127.0.0.1 and http://localhost only.' }, 421)
  const origin = context.req.header('origin')
  if (origin !== undefined && !isSameOrigin(origin, context.req.header('host')))
    return context.json({ error: `A page of ${origin} may not use the playground.` }, 403)
  const { method } = context.req
  if (method === 'GET' || method === 'HEAD') return next()
  if (method !== 'POST')
    return context.json({ error: 'Only GET and POST are answered here.' }, 405, { allow: 'GET, POST' })
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return context.json({ error: 'POST JSON, please.' }, 415)
  return next()
}

/** Without the port, which may be another one when it is forwarded. */
const hostOf = (host: string): string => host.toLowerCase().replace(/:\d+$/, '')

const isSameOrigin = (origin: string, host: string | undefined): boolean =>
  URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
