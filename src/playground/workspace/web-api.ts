import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { args } from './args.ts'
import type { Fault } from './faults.ts'
import { methods } from './methods/index.ts'
import type { Fields } from './model.ts'
import type { RateLimiter } from './rate-limits.ts'
import type { Site } from './site.ts'
import { SlackError } from './slack-error.ts'

export interface WebApi {
  readonly site: Site
  readonly limit: RateLimiter
}

/** Answers one call of `/api/<method>`, well or badly as the fault plan says. */
export async function answerCall(
  api: WebApi,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
  sent: Fields,
) {
  const { faults, record, later } = api.site
  if (faults.down) {
    record.faulted('down')
    return say(response, 503, 'upstream connect error')
  }
  const fault = faults.forCall(method)
  if (fault) record.faulted(fault.kind)

  const run = () => perform(api, method, request, sent, fault)
  switch (fault?.kind) {
    case undefined:
      return reply(api, response, run())
    case 'delay':
      await sleep(fault.delayMs, undefined, { ref: false })
      return reply(api, response, run())

    case 'before-reset':
      note(api, method, sent, fault)
      return void response.destroy()
    case 'before-5xx':
      note(api, method, sent, fault)
      return say(response, 503, 'upstream connect error')
    case '429':
      note(api, method, sent, fault)
      return reply(api, response, { ok: false, error: 'ratelimited', retryAfterS: fault.retryAfterS })
    case 'not-ok-internal-error':
      note(api, method, sent, fault)
      return reply(api, response, { ok: false, error: 'internal_error' })

    case 'garbage-body':
      run()
      return say(response, 200, '<html>oops')
    case 'accept-then-reset':
      run()
      return void response.destroy()
    case 'accept-then-5xx':
      run()
      return say(response, 500, 'server error')
    case 'accept-then-timeout':
      return void run()
    case 'accept-then-internal-error':
      run()
      return reply(api, response, { ok: false, error: 'internal_error' })
    case 'late-landing':
      later(fault.lateMs, () => void run())
      return void response.destroy()
  }
}

interface Answer {
  readonly ok: boolean
  readonly error?: string
  readonly retryAfterS?: number
  readonly [field: string]: unknown
}

function perform(
  api: WebApi,
  method: string,
  request: IncomingMessage,
  sent: Fields,
  fault: Fault | undefined,
): Answer {
  const { site } = api
  const { token: inBody, ...rest } = sent
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? inBody
  const answer = judged(api, method, token, rest)

  const { error } = answer
  site.record.called({
    method,
    at: site.world.now(),
    args: rest,
    ok: answer.ok,
    ...(error === undefined ? {} : { error }),
    ...(fault ? { fault: fault.kind } : {}),
  })
  site.changes.changed()
  return answer
}

function judged(api: WebApi, method: string, token: unknown, sent: Fields): Answer {
  const { site, limit } = api
  try {
    if (method === 'api.test')
      return {
        ok: sent.error === undefined,
        args: sent,
        ...(sent.error ? { error: text(sent.error) } : {}),
      }
    const entry = methods[method]
    if (!entry) throw new SlackError('unknown_method', { req_method: method })
    checkToken(site, method, token)
    checkScopes(site, entry.scopes)
    const retryAfterS = limit(method, text(sent.channel))
    if (retryAfterS !== undefined) return { ok: false, error: 'ratelimited', retryAfterS }
    return { ok: true, ...entry.run({ site, args: args(sent) }) }
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: error.code, ...error.detail }
    throw error
  }
}

function checkToken({ world, faults }: Site, method: string, token: unknown): void {
  const { botToken, appToken } = world.self
  if (!token) throw new SlackError('not_authed')
  if (faults.revoked) throw new SlackError(faults.revoked)
  if (token !== botToken && token !== appToken) throw new SlackError('invalid_auth')
  const wanted = method === 'apps.connections.open' ? appToken : botToken
  if (token !== wanted && method !== 'auth.test') throw new SlackError('not_allowed_token_type')
}

function checkScopes({ scopes }: Site, anyOf: readonly string[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => scopes.includes(scope))) return
  throw new SlackError('missing_scope', { needed: anyOf.join(','), provided: scopes.join(',') })
}

function note({ site }: WebApi, method: string, sent: Fields, { kind }: Fault): void {
  const { token: _, ...named } = sent
  site.record.called({ method, at: site.world.now(), args: named, ok: false, error: kind, fault: kind })
}

function reply({ site }: WebApi, response: ServerResponse, { retryAfterS, ...answer }: Answer): void {
  response.setHeader('x-oauth-scopes', site.scopes.join(','))
  response.setHeader('x-accepted-oauth-scopes', site.scopes.join(','))
  response.setHeader('content-type', 'application/json; charset=utf-8')
  if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS))
  response.statusCode = retryAfterS === undefined ? 200 : 429
  response.end(JSON.stringify(answer))
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end(text)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
