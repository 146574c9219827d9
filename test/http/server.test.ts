import { once } from 'node:events'
import { connect } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generic } from '../../src/connectors/generic.ts'
import type { Job } from '../../src/core/jobs.ts'
import { SECOND, timestamp } from '../../src/core/time.ts'
import { type HttpServer, httpServer } from '../../src/http/server.ts'
import { armFaults } from '../../src/lib/fault-injection.ts'
import type { Inbox, TicketStore } from '../../src/ports.ts'
import { inboxStore } from '../../src/storage/inbox.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { fakeClock } from '../support/clock.ts'
import { freshDatabase } from '../support/databases.ts'
import { recordingLog } from '../support/log.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const NOW = timestamp('2026-01-05T09:00:00Z')
const BODY = { id: 'm-1', subject: 'Export fails', body: 'It fails.', from: { email: 'ann@example.com' } }

const stop: (() => Promise<void>)[] = []
afterEach(async () => {
  armFaults({})
  for (const end of stop.splice(0)) await end()
})

interface Door {
  readonly url: string
  readonly http: HttpServer
  readonly inbox: Inbox
  readonly tickets: TicketStore
  readonly clock: ReturnType<typeof fakeClock>
  readonly log: ReturnType<typeof recordingLog>
  readonly jobs: readonly Job[]
}

type Deps = Parameters<typeof httpServer>[0]

async function openDoor(change: (deps: Deps) => Partial<Deps> = () => ({})): Promise<Door> {
  const database = await freshDatabase('sqlite')
  const jobs: Job[] = []
  const tickets = ticketStore(database, async (_tx, job) => void jobs.push(job))
  const inbox = inboxStore(database)
  const clock = fakeClock(NOW)
  const log = recordingLog()
  const deps = { connectors: [generic([SECRET])], inbox, tickets, clock, log }
  const http = httpServer({ ...deps, ...change(deps) })
  const { url } = await http.start(0, '127.0.0.1')
  stop.push(() => http.stop())
  return { url, http, inbox, tickets, clock, log, jobs }
}

function signed(body: unknown, id = 'delivery-1'): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const signature = new Webhook(SECRET).sign(id, new Date(NOW), text)
  const seconds = String(Date.parse(NOW) / 1000)
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature }
  return { method: 'POST', headers, body: text }
}

const later = timestamp('2027-01-01T00:00:00Z')

/** What lies in the inbox unfinished, whatever its age. */
const unfinished = ({ inbox }: Door) => inbox.claimUnfinished(later, later, 100)

let door: Door
beforeEach(async () => {
  door = await openDoor()
})

test('a signed ticket is accepted, stored and routed', async () => {
  const answer = await fetch(`${door.url}/webhooks/generic`, signed(BODY))
  await door.http.idle()

  expect([answer.status, await answer.json()]).toEqual([202, { accepted: true, duplicate: false }])
  const [ticket] = await door.tickets.open()
  expect(ticket).toMatchObject({ subject: 'Export fails', source: 'generic', number: 1 })
  expect(door.jobs).toEqual([{ kind: 'route', ticketId: ticket?.id }])
  expect(await unfinished(door)).toEqual([])
})

test('delivered many times it is stored once', async () => {
  const deliveries = await Promise.all(
    Array.from({ length: 20 }, (_, at) => fetch(`${door.url}/webhooks/generic`, signed(BODY, `delivery-${at % 2}`))),
  )
  await door.http.idle()

  expect(deliveries.map(({ status }) => status)).toEqual(deliveries.map(() => 202))
  const answers = (await Promise.all(deliveries.map((delivery) => delivery.json()))) as { duplicate: boolean }[]
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(2)
  expect(await door.tickets.open()).toHaveLength(1)
  expect(door.jobs).toHaveLength(1)
})

test('a reply goes into the thread it names', async () => {
  await fetch(`${door.url}/webhooks/generic`, signed(BODY))
  await door.http.idle()
  await fetch(`${door.url}/webhooks/generic`, signed({ ...BODY, id: 'm-2', thread: ['m-1'] }, 'delivery-2'))
  await door.http.idle()

  expect(await door.tickets.open()).toMatchObject([{ messages: 2 }])
})

test.each([
  ['a bad signature', 401, { ...signed(BODY), body: JSON.stringify({ ...BODY, id: 'm-2' }) }],
  ['no signature', 401, { method: 'POST', body: JSON.stringify(BODY) }],
  ['no JSON', 400, signed('{')],
  ['a wrong field', 400, signed({ ...BODY, from: { email: 'ann' } })],
  ['nesting', 400, signed(`${'['.repeat(60)}${']'.repeat(60)}`)],
  ['a prototype key', 400, signed('{"__proto__":{}}')],
  ['no UTF-8', 400, { method: 'POST', body: Buffer.from([0xff, 0xfe]) }],
  ['a large body', 413, signed({ ...BODY, body: 'x'.repeat(1_100_000) })],
])('%s is answered with %i, and nothing is stored', async (_, status, request) => {
  const answer = await fetch(`${door.url}/webhooks/generic`, request)
  await door.http.idle()

  expect(answer.status).toBe(status)
  expect(await answer.json()).toEqual(expect.objectContaining({ error: expect.any(String) }))
  expect(await unfinished(door)).toEqual([])
  expect(await door.tickets.open()).toEqual([])
})

test('a bad body is told which fields are wrong', async () => {
  const answer = await fetch(`${door.url}/webhooks/generic`, signed({ ...BODY, subject: 7, from: { email: 'ann' } }))

  expect(await answer.json()).toMatchObject({ fields: [{ field: 'subject' }, { field: 'from.email' }] })
})

test('a body without end is answered before it has come', async () => {
  const { port } = new URL(door.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {}) // the server may hang up while we still write
  let sent = 0
  const write = () => {
    while (!socket.destroyed && sent < 100_000_000) {
      sent += 65_536
      if (!socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)) return void socket.once('drain', write)
    }
  }
  socket.write('POST /webhooks/generic HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  write()

  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()

  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /u)
  expect(sent).toBeLessThan(50_000_000)
})

test.each([
  ['GET', '/', 404],
  ['POST', '/webhooks/zendesk', 404],
  ['POST', '/webhooks', 404],
  ['POST', '/slack/events', 404],
  ['GET', '/webhooks/generic', 405],
  ['DELETE', '/slack/events', 405],
  ['POST', '/healthz', 405],
  ['PUT', '/readyz', 405],
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
])('%s %s is answered with %i, in JSON', async (method, path, status) => {
  const answer = await fetch(`${door.url}${path}`, { method })

  expect(answer.status).toBe(status)
  expect(await answer.json()).toBeTypeOf('object')
})

test('a full disk is answered with 503, so that it is sent again', async () => {
  const full = await openDoor(({ inbox }) => ({
    inbox: { ...inbox, store: async () => Promise.reject(new Error('disk full')) },
  }))

  const answer = await fetch(`${full.url}/webhooks/generic`, signed(BODY))

  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await full.tickets.open()).toEqual([])
})

test('it is not ready while the database does not answer, but alive', async () => {
  const broken = await openDoor(({ tickets }) => ({
    tickets: { ...tickets, byNumber: async () => Promise.reject(new Error('no database')) },
  }))

  expect((await fetch(`${broken.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${broken.url}/healthz`)).status).toBe(200)
})

test('a fault of ours says nothing of our insides', async () => {
  const broken = await openDoor(() => ({
    connectors: [
      {
        id: 'generic',
        parse() {
          throw new TypeError('secret detail')
        },
        read: () => [],
      },
    ],
  }))

  const answer = await fetch(`${broken.url}/webhooks/generic`, signed(BODY))

  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('secret')
})

test('what was stored but not finished is taken up again', async () => {
  let isBroken = true
  const shaky = await openDoor(({ tickets }) => ({
    tickets: {
      ...tickets,
      receive: (inbound, cause) => (isBroken ? Promise.reject(new Error('busy')) : tickets.receive(inbound, cause)),
    },
  }))
  await fetch(`${shaky.url}/webhooks/generic`, signed(BODY))
  await shaky.http.idle()
  expect(await shaky.tickets.open()).toEqual([])

  isBroken = false
  expect(await shaky.http.replayUnfinished()).toBe(0) // too young, it may be under way
  shaky.clock.advance(60 * SECOND)
  expect(await shaky.http.replayUnfinished()).toBe(1)

  expect(await shaky.tickets.open()).toMatchObject([{ subject: 'Export fails', receivedAt: NOW }])
  expect(await unfinished(shaky)).toEqual([])
})

test('stopped after the acknowledgement it loses nothing: the next start takes it up', async () => {
  await door.inbox.store({
    key: 'webhook/generic/delivery-1',
    kind: 'webhook',
    payload: JSON.stringify({ connector: 'generic', body: JSON.stringify(BODY) }),
    receivedAt: NOW,
  })

  expect(await door.http.replayUnfinished(true)).toBe(1)

  expect(await door.tickets.open()).toHaveLength(1)
  const again = await fetch(`${door.url}/webhooks/generic`, signed(BODY))
  expect(await again.json()).toEqual({ accepted: true, duplicate: true })
})

test("leaves Slack's own entries of the inbox alone", async () => {
  await door.inbox.store({ key: 'Ev1', kind: 'slack_event', payload: '{}', receivedAt: NOW })

  expect(await door.http.replayUnfinished(true)).toBe(0)
  expect(await unfinished(door)).toHaveLength(1)
})

test('the planted bug answers before anything is stored', async () => {
  armFaults({ bugs: ['ack-before-commit'] })
  const full = await openDoor(({ inbox }) => ({
    inbox: { ...inbox, store: async () => Promise.reject(new Error('disk full')) },
  }))

  expect((await fetch(`${full.url}/webhooks/generic`, signed(BODY))).status).toBe(202)
})

test("hands Slack's requests on as they came, and its answer back", async () => {
  const seen: unknown[] = []
  const withSlack = await openDoor(() => ({
    slack: async (request) => {
      seen.push(request)
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'challenge' }
    },
  }))

  const answer = await fetch(`${withSlack.url}/slack/events`, {
    method: 'POST',
    headers: { 'X-Slack-Signature': 'v0=abc' },
    body: '\ufeffpayload=%7B%7D',
  })

  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/plain',
    'challenge',
  ])
  expect(seen).toMatchObject([
    { method: 'POST', headers: { 'x-slack-signature': 'v0=abc' }, rawBody: '\ufeffpayload=%7B%7D' },
  ])
})

test('stops although a client keeps its connection open, and then does not answer', async () => {
  await fetch(`${door.url}/healthz`, { keepalive: true })

  await door.http.stop()

  await expect(fetch(`${door.url}/healthz`)).rejects.toThrow()
})

test('logs neither text nor address of a ticket', async () => {
  await fetch(`${door.url}/webhooks/generic`, signed({ ...BODY, from: { email: 'ann-at-example' } }))
  await fetch(`${door.url}/webhooks/generic`, signed(BODY))
  await door.http.idle()

  expect(door.log.lines.length).toBeGreaterThan(0)
  expect(JSON.stringify(door.log.lines)).not.toMatch(/fails|ann/u)
})
