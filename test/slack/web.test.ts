import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { WebAPIRequestError } from '@slack/web-api'
import { afterEach, describe, expect, test } from 'vitest'
import { failureOf, type SlackWeb, slackWeb } from '../../src/slack/web.ts'
import { silentLog } from '../support/log.ts'

const servers: { close(done: () => void): unknown }[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => void server.close(() => resolve()))
})

const web = (apiUrl: string) => slackWeb({ token: 'xoxb-test', log: silentLog, apiUrl, timeoutMs: 300 })

async function slackThat(answers: RequestListener): Promise<SlackWeb> {
  const server: Server = createServer(answers)
  servers.push({
    close(done) {
      server.close(done)
      server.closeAllConnections()
    },
  })
  return web(`${await listening(server)}/api/`)
}

async function listening(server: TcpServer): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const saying = (body: string, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  slackThat((_, response) => void response.writeHead(status, headers).end(body))

const failedFetch = (cause: Readonly<Record<string, string>>) =>
  new WebAPIRequestError(new TypeError('fetch failed', { cause: Object.assign(new Error('broken'), cause) }))

const post = (client: SlackWeb) => client.post('C1', { text: 'hello' })

describe('a post that surely was not accepted', () => {
  test('because nobody listens', async () => {
    const server = createTcpServer()
    const url = await listening(server)
    await new Promise<void>((resolve) => void server.close(() => resolve()))

    expect(await post(web(`${url}/api/`))).toMatchObject({ fate: 'later', error: 'not sent: ECONNREFUSED' })
  })

  test('because the name does not exist', async () => {
    expect(await post(web('http://slack.invalid/api/'))).toMatchObject({ fate: 'later' })
  })

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
    'UND_ERR_CONNECT_TIMEOUT',
  ])('because the connection never stood: %s', (code) => {
    expect(failureOf(failedFetch({ code }))).toMatchObject({ fate: 'later', error: `not sent: ${code}` })
  })

  test.each([
    ['17', 17_000],
    [undefined, 5_000],
  ])('because of a 429 with Retry-After %s', async (seconds, retryAfterMs) => {
    const client = await saying('{"ok":false,"error":"ratelimited"}', 429, seconds ? { 'retry-after': seconds } : {})

    expect(await post(client)).toEqual({ ok: false, fate: 'later', error: 'ratelimited', retryAfterMs })
  })

  test.each([
    ['channel_not_found', 'place'],
    ['is_archived', 'place'],
    ['not_in_channel', 'place'],
    ['user_disabled', 'place'],
    ['cannot_dm_bot', 'place'],
    ['invalid_blocks', 'content'],
    ['msg_blocks_too_long', 'content'],
    ['invalid_auth', 'token'],
    ['account_inactive', 'token'],
    ['message_not_found', 'missing'],
    ['an_error_of_next_year', 'later'],
  ])('because of %s', async (error, fate) => {
    expect(await post(await saying(JSON.stringify({ ok: false, error })))).toEqual({ ok: false, fate, error })
  })
})

describe('a post that may have been accepted', () => {
  test.each(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'])('%s', async (error) => {
    expect(await post(await saying(JSON.stringify({ ok: false, error })))).toMatchObject({ fate: 'maybe', error })
  })

  test.each([500, 502, 503, 404])('HTTP %s', async (status) => {
    expect(await post(await saying('oops', status))).toMatchObject({ fate: 'maybe', error: `HTTP ${status}` })
  })

  test.each([
    '',
    'null',
    '[]',
    '<html>',
    '{"ok":true',
    '{"ok":true}',
    '{"ok":true,"ts":"","channel":"C1"}',
    '{"ok":false}',
  ])('body %j', async (body) => {
    expect(await post(await saying(body))).toMatchObject({ ok: false, fate: 'maybe' })
  })

  test('no answer in time', async () => {
    expect(await post(await slackThat(() => {}))).toMatchObject({ fate: 'maybe' })
  })

  test('an answer that never ends', async () => {
    const client = await slackThat((_, response) => void response.writeHead(200).write('{"ok":true,'))

    expect(await post(client)).toMatchObject({ fate: 'maybe' })
  })

  test.each([{ code: 'ECONNRESET', syscall: 'read' }, { code: 'UND_ERR_SOCKET' }, { code: 'ERR_SSL_BAD_RECORD_MAC' }])(
    'a connection that broke while it was used: %j',
    (cause) => {
      expect(failureOf(failedFetch(cause))).toMatchObject({ fate: 'maybe', error: cause.code })
    },
  )

  test('a connection cut during the TLS handshake', async () => {
    const server = createTcpServer((socket) => void socket.destroy())
    servers.push(server)
    const url = await listening(server)

    expect(await post(web(`${url.replace('http', 'https')}/api/`))).toMatchObject({ fate: 'maybe' })
  })

  test('a connection cut after the request', async () => {
    expect(await post(await slackThat((request) => void request.socket.destroy()))).toMatchObject({ fate: 'maybe' })
  })
})

test('asks once, does not retry, and lets Slack neither unfurl nor parse', async () => {
  const bodies: URLSearchParams[] = []
  const client = await slackThat((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      bodies.push(new URLSearchParams(body))
      response.writeHead(503).end()
    })
  })
  await post(client)

  expect(bodies).toHaveLength(1)
  expect(Object.fromEntries(bodies[0] ?? [])).toMatchObject({
    unfurl_links: 'false',
    unfurl_media: 'false',
    parse: 'none',
    link_names: 'false',
  })
})

test('takes a history page that says there is more, but not where, for no answer', async () => {
  const client = await saying(JSON.stringify({ ok: true, messages: [], has_more: true }))

  expect(await client.history('C1', '0', undefined)).toMatchObject({ ok: false, fate: 'maybe' })
})
