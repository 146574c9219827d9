import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailReader } from '../../../src/connectors/email/mail-reader.ts'
import { timestamp } from '../../../src/core/time.ts'
import { UnavailableError } from '../../../src/errors.ts'
import { aMail } from '../../support/mails.ts'

const clock = { now: () => timestamp('2026-11-22T12:00:00Z') }
const reader = mailReader({ clock, workers: 1 })
afterAll(() => reader.close())

/** Answers as a worker would, but one mail makes it loop for ever, one ends it, and one makes it eat memory. */
const MOODY = `
  process.on('message', (raw) => {
    const text = Buffer.from(raw).toString()
    if (text.includes('Subject: hang')) while (true) {}
    if (text.includes('Subject: crash')) process.exit(3)
    if (text.includes('Subject: eat')) { const eaten = []; while (true) eaten.push(new Array(1000).fill(text + eaten.length)) }
    process.send({ mail: { subject: 'read', from: {}, references: [], text: 'x', visible: 'x', attachments: [], automatic: false } })
  })
  process.on('disconnect', () => process.exit())
`
let folder = ''
let script = new URL('file:///')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-reader-'))
  script = pathToFileURL(join(folder, 'moody.mjs'))
  await writeFile(script, MOODY)
})
afterAll(() => rm(folder, { recursive: true }))

test('reads a mail as a ticket', async () => {
  const ticket = await reader.read(aMail({ References: '<0@example.com> <1@example.com>' }, 'It fails.\n\n-- \nAnn'))

  expect(ticket).toEqual({
    source: 'email',
    externalId: '<1@example.com>',
    references: ['<0@example.com>'],
    subject: 'Export fails',
    body: 'It fails.\n\n-- \nAnn',
    visible: 'It fails.',
    requester: { email: 'ann@example.com', name: 'Ann Lee' },
    receivedAt: '2026-11-02T09:00:00.000Z',
    fields: {},
    automatic: false,
    attachments: [],
    degraded: undefined,
    raw: undefined,
  })
})

test.each([
  ['nonsense', 'yesterday-ish'],
  ['two days ahead', 'Tue, 24 Nov 2026 12:00:01 +0000'],
  ['before mail', 'Mon, 1 Jan 1900 00:00:00 +0000'],
])('a date that cannot be true (%s) becomes now', async (_, date) => {
  expect((await reader.read(aMail({ Date: date }))).receivedAt).toBe(clock.now())
})

test('a mail without Message-ID is known by its content', async () => {
  const first = await reader.read(aMail({ 'Message-ID': '' }))
  const again = await reader.read(aMail({ 'Message-ID': '' }))
  const other = await reader.read(aMail({ 'Message-ID': '', Subject: 'Import fails' }))

  expect(first.externalId).toMatch(/^sha256:[\da-f]{64}$/u)
  expect(again.externalId).toBe(first.externalId)
  expect(other.externalId).not.toBe(first.externalId)
})

const deep = Array.from(
  { length: 10_000 },
  (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
)

test.each([
  [
    'parts nested ten thousand deep',
    Buffer.from(`Subject: bomb\r\nFrom: ann@example.com\r\n${deep.join('')}`),
    /nesting depth/u,
  ],
  ['a header beyond all measure', aMail({ Subject: 'bomb', 'X-Long': 'x'.repeat(3_000_000) }), /header size/u],
  [
    'a hundred thousand headers',
    aMail({
      Subject: 'bomb',
      ...Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`X-Header-Number-${at}`, 'x'])),
    }),
    /header size/u,
  ],
  [
    'base64 that is none',
    aMail({ Subject: 'bomb', 'Content-Transfer-Encoding': 'base64' }, '$$$$!!!!'),
    /no readable text/u,
  ],
])('makes a degraded ticket of %s, with subject, sender and original', async (_, raw, why) => {
  const ticket = await reader.read(raw)

  expect(ticket.degraded).toMatch(why)
  expect(ticket.subject).toBe('bomb')
  expect(ticket.requester.email).toBe('ann@example.com')
  expect(Buffer.from(ticket.raw?.base64 ?? '', 'base64').equals(raw)).toBe(true)
})

test('shows the readable lines of what is no mail at all', async () => {
  const ticket = await reader.read(Buffer.from('Hello,\nour login is broken since noon.\n'))

  expect(ticket.degraded).toBe('The mail could not be read: it has no mail header.')
  expect(ticket.body).toBe('Hello,\nour login is broken since noon.')
})

test('makes a ticket of any bytes', async () => {
  for (const length of [0, 1, 100, 10_000]) {
    const ticket = await reader.read(randomBytes(length))

    expect(ticket.externalId).toMatch(/^sha256:/u)
    expect(ticket.degraded).toBeDefined()
    expect(ticket.subject + ticket.body).not.toMatch(/[^\P{Cc}\n\t]/u)
  }
})

test('keeps the beginning of a mail of 30 MB and does not parse it', async () => {
  const ticket = await reader.read(aMail({ Subject: 'giant' }, Buffer.alloc(30_000_000, 'lorem ipsum ')))

  expect(ticket.degraded).toBe('The mail is larger than 25 MiB; its first 256 KiB are kept.')
  expect(ticket.subject).toBe('giant')
  expect(ticket.body).toMatch(/^lorem ipsum/u)
  expect(Buffer.from(ticket.raw?.base64 ?? '', 'base64')).toHaveLength(256 * 1024)
})

test.each([
  ['hang', /longer than 0\.5 s/u],
  ['crash', /crash \(exit code 3\)/u],
  ['eat', /out of memory/u],
])('a mail that makes the parser %s costs its worker, not the next mail', async (subject, why) => {
  const moody = mailReader({
    clock,
    workers: 1,
    timeoutMs: subject === 'hang' ? 500 : 20_000,
    memoryMb: 32,
    script,
  })

  const [bad, next] = await Promise.all([moody.read(aMail({ Subject: subject })), moody.read(aMail())])
  await moody.close()

  expect(bad.degraded).toMatch(why)
  expect(bad.subject).toBe(subject)
  expect(next).toMatchObject({ degraded: undefined, subject: 'read' })
})

test('a mail too large for the memory of its reader becomes a degraded ticket, and the next one is read', async () => {
  const small = mailReader({ clock, workers: 1, memoryMb: 16 })

  const bomb = await small.read(
    aMail({ Subject: 'bomb', 'Content-Type': 'text/html' }, '<p>it fails</p>'.repeat(800_000)),
  )
  const next = await small.read(aMail())
  await small.close()

  expect(bomb).toMatchObject({ subject: 'bomb', degraded: expect.stringMatching(/out of memory/u) })
  expect(next.degraded).toBeUndefined()
})

test('a mail that was not read because the reader was closed is not made a ticket', async () => {
  const moody = mailReader({ clock, workers: 1, script })
  const reads = Promise.allSettled([moody.read(aMail({ Subject: 'hang' })), moody.read(aMail())])

  await moody.close()

  expect(await reads).toEqual([
    { status: 'rejected', reason: expect.any(UnavailableError) },
    { status: 'rejected', reason: expect.any(UnavailableError) },
  ])
  await expect(moody.read(aMail())).rejects.toThrow(UnavailableError)
})

test('reads many mails at once with two workers', async () => {
  const two = mailReader({ clock, workers: 2 })

  const tickets = await Promise.all(Array.from({ length: 40 }, (_, at) => two.read(aMail({ Subject: `mail ${at}` }))))
  await two.close()

  expect(tickets.map(({ subject }) => subject)).toEqual(tickets.map((_, at) => `mail ${at}`))
})
