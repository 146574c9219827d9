import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { GenericSettings, generic } from '../../src/connectors/generic.ts'
import { plusMs, timestamp, toEpochMs } from '../../src/core/time.ts'
import { RejectedError } from '../../src/errors.ts'
import type { WebhookRequest } from '../../src/ports.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const now = timestamp('2026-11-22T12:00:00Z')
const connector = generic([SECRET])

const BODY = {
  id: 'm-1',
  subject: 'Export fails',
  body: 'It fails.\n\n-- \nAnn',
  from: { email: 'ann@example.com', name: 'Ann' },
  receivedAt: '2026-11-22T10:00:00+01:00',
  thread: ['m-0'],
  fields: { page: '/export' },
}

function signed(body: unknown, { secret = SECRET, at = now, id = 'delivery-1' } = {}): WebhookRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const signature = new Webhook(secret).sign(id, new Date(at), text)
  const seconds = String(Math.floor(toEpochMs(at) / 1000))
  return { headers: { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature }, body: text }
}

function refusalOf(request: WebhookRequest, by = connector): RejectedError {
  try {
    by.parse(request, now)
  } catch (error) {
    if (error instanceof RejectedError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

test('reads a ticket whose signature holds', () => {
  expect(connector.parse(signed(BODY), now)).toEqual({
    key: 'delivery-1',
    tickets: [
      {
        source: 'generic',
        externalId: 'm-1',
        references: ['m-0'],
        subject: 'Export fails',
        body: 'It fails.\n\n-- \nAnn',
        visible: 'It fails.',
        requester: { email: 'ann@example.com', name: 'Ann' },
        receivedAt: '2026-11-22T09:00:00.000Z',
        fields: { page: '/export' },
        automatic: false,
        attachments: [],
        degraded: undefined,
        raw: undefined,
      },
    ],
  })
})

test('reads from the inbox what it accepted, without a signature', () => {
  const request = signed(BODY)

  expect(connector.read(request.body, now)).toEqual(connector.parse(request, now).tickets)
})

test('takes what is left out as not given', () => {
  const { tickets } = connector.parse(
    signed({ id: '1', subject: '', body: 'x', from: { email: 'a@example.com' } }),
    now,
  )

  expect(tickets).toMatchObject([{ references: [], fields: {}, receivedAt: now, requester: { name: undefined } }])
})

test('takes either of two secrets while one is being replaced', () => {
  const both = generic(GenericSettings.parse({ WEBHOOK_SECRET: `${OTHER}, ${SECRET}` }).WEBHOOK_SECRET ?? [])
  const twice = signed(BODY)
  const signatures = `v1,AAAA v2,whatever ${twice.headers['webhook-signature']}`

  expect(both.parse(signed(BODY, { secret: OTHER }), now).tickets).toHaveLength(1)
  expect(both.parse(signed(BODY, { secret: SECRET }), now).tickets).toHaveLength(1)
  expect(connector.parse({ ...twice, headers: { ...twice.headers, 'webhook-signature': signatures } }, now).key).toBe(
    'delivery-1',
  )
})

test.each([
  ['five minutes ago', -300_000, true],
  ['five minutes ahead', 300_000, true],
  ['longer ago', -301_000, false],
  ['farther ahead', 301_000, false],
])('signed %s', (_, ms, accepted) => {
  const request = signed(BODY, { at: plusMs(now, ms) })

  if (accepted) expect(connector.parse(request, now).tickets).toHaveLength(1)
  else expect(refusalOf(request)).toMatchObject({ status: 401, message: expect.stringContaining('five minutes') })
})

test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a request without %s', (name) => {
  const request = signed(BODY)

  expect(refusalOf({ ...request, headers: { ...request.headers, [name]: undefined } })).toMatchObject({ status: 401 })
})

test('refuses every mutation of what was signed', () => {
  const request = signed(BODY)
  const targets = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'body'] as const
  const originalOf = (target: (typeof targets)[number]) =>
    target === 'body' ? request.body : (request.headers[target] ?? '')
  const mutation = fc.record({
    target: fc.constantFrom(...targets),
    at: fc.nat(),
    change: fc.constantFrom('flip', 'drop', 'add', 'cut'),
    by: fc.integer({ min: 1, max: 94 }),
  })
  let refused = 0

  fc.assert(
    fc.property(mutation, ({ target, at, change, by }) => {
      const value = originalOf(target)
      const place = at % value.length
      const changed = String.fromCharCode(33 + ((value.charCodeAt(place) - 33 + by) % 94))
      const mutated = {
        flip: value.slice(0, place) + changed + value.slice(place + 1),
        drop: value.slice(0, place) + value.slice(place + 1),
        add: value.slice(0, place) + changed + value.slice(place),
        cut: value.slice(0, place),
      }[change]
      fc.pre(mutated !== value)
      const bad =
        target === 'body'
          ? { ...request, body: mutated }
          : { ...request, headers: { ...request.headers, [target]: mutated } }

      expect(refusalOf(bad)).toMatchObject({ status: 401 })
      refused += 1
    }),
    { numRuns: 500 },
  )
  expect(refused).toBe(500)
})

test.each([
  ['no JSON', '{"id":', 'not JSON'],
  ['no id', { ...BODY, id: undefined }, 'id'],
  ['a blank id', { ...BODY, id: ' ' }, 'id'],
  ['a subject that is no text', { ...BODY, subject: 7 }, 'subject'],
  ['no body', { ...BODY, body: undefined }, 'body'],
  ['an address that is none', { ...BODY, from: { email: 'ann' } }, 'from.email'],
  ['a date that is none', { ...BODY, receivedAt: 'yesterday' }, 'receivedAt'],
  ['a date far ahead', { ...BODY, receivedAt: '2026-11-24T12:00:00Z' }, 'receivedAt'],
  ['a thread that is no list', { ...BODY, thread: 'm-0' }, 'thread'],
  ['a field that is no text', { ...BODY, fields: { plan: { name: 'x' } } }, 'fields.plan'],
  ['a list', [BODY], 'expected object'],
  ['nothing', 'null', 'expected object'],
])('refuses %s and names it', (_, body, named) => {
  expect(refusalOf(signed(body))).toMatchObject({ status: 400, message: expect.stringContaining(named) })
})

test('refuses what is nested too deep, and keys that reach behind the object', () => {
  const deep = `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`
  const deepest = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

  expect(refusalOf(signed(deep))).toMatchObject({ status: 400, message: expect.stringContaining('50 levels') })
  expect(refusalOf(signed(deepest))).toMatchObject({ status: 400 })
  expect(refusalOf(signed('{"id":"1","fields":{"__proto__":{"admin":true}}}'))).toMatchObject({
    status: 400,
    message: 'fields.__proto__: is not allowed as a key.',
  })
})

test('lets no control character through', () => {
  const { tickets } = connector.parse(signed({ ...BODY, subject: 'a\u0000b\nc', body: 'x\u0000\ud800y' }), now)

  expect(tickets).toMatchObject([{ subject: 'ab c', body: 'x\ufffdy' }])
})

test.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_!!!!', `${SECRET} whsec_x`])('%j is no secret', (text) => {
  expect(GenericSettings.safeParse({ WEBHOOK_SECRET: text }).success).toBe(false)
})
