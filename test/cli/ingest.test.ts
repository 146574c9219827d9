import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type IngestApp, type IngestTools, ingestFiles } from '../../src/cli/ingest.ts'
import type { Job } from '../../src/core/jobs.ts'
import type { InboundTicket, Ticket } from '../../src/core/ticket.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { fakeClock } from '../support/clock.ts'
import { freshDatabase } from '../support/databases.ts'
import { aMail } from '../support/mails.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-ingest-'))
})
afterEach(() => rm(folder, { recursive: true }))

const put = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** A real store on SQLite; deciding is left to `settled`. */
async function stage(change: (app: IngestApp) => Partial<IngestApp> = () => ({}), { isTTY = false, stdin = '' } = {}) {
  const database = await freshDatabase('sqlite')
  const jobs: Job[] = []
  const tickets = ticketStore(database, async (_tx, job) => void jobs.push(job))
  const inbounds: InboundTicket[] = []
  const out: string[] = []
  const err: string[] = []
  const drawn: string[] = []
  const opened: object[] = []
  const app: IngestApp = {
    receive(inbound) {
      inbounds.push(inbound)
      return tickets.receive(inbound)
    },
    settled: (id) => tickets.get(id),
    stop: async () => void opened.push({ stopped: true }),
  }
  const tools: IngestTools = {
    openApp: async (options) => {
      opened.push(options)
      return { ...app, ...change(app) }
    },
    clock: fakeClock(),
    output: { out: (line) => out.push(line), err: (line) => err.push(line) },
    screen: { isTTY, write: (text) => drawn.push(text) },
    stdin: Readable.from([Buffer.from(stdin)]),
  }
  const run = (paths: string[], { json = true, dryRun = false } = {}) => ingestFiles(paths, { json, dryRun }, tools)
  const lines = () => out.map((line) => JSON.parse(line) as Record<string, unknown>)
  return { run, lines, tickets, inbounds, out, err, drawn, opened }
}

test('with one broken mail among ten, nine are routed and one is a degraded ticket', async () => {
  for (let at = 0; at < 9; at++) {
    await put(`${at}.eml`, aMail({ 'Message-ID': `<${at}@example.com>`, Subject: `mail ${at}` }))
  }
  const broken = await put(
    '4b.eml',
    Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(5_000, 'not a mail ')]),
  )
  const { run, lines, tickets, err } = await stage()

  const exitCode = await run([folder])

  expect(exitCode).toBe(0)
  expect(lines().map(({ file }) => file)).toEqual(
    ['0', '1', '2', '3', '4', '4b', '5', '6', '7', '8'].map((name) => join(folder, `${name}.eml`)),
  )
  expect(lines().filter(({ degraded }) => degraded !== null)).toMatchObject([{ file: broken, ticket: 6 }])
  expect(err).toEqual([
    `10 mails: 9 routed, 1 degraded (${broken}: The mail could not be read: it has no mail header.)`,
  ])
  expect(await tickets.open()).toHaveLength(10)
})

test('a line says what was decided, and why', async () => {
  const decision = {
    destination: { kind: 'offer', team: 'data', person: 'grace' },
    because: ['Grace knows exports best.'],
  }
  const { run, lines } = await stage((app) => ({
    settled: async (id) =>
      ({
        ...(await app.settled(id)),
        topic: 'export',
        priority: 'P2',
        team: 'data',
        classification: { confidence: 0.81234 },
        decision,
      }) as unknown as Ticket,
  }))

  await run([await put('one.eml', aMail())])

  expect(lines()).toEqual([
    {
      file: join(folder, 'one.eml'),
      ticket: 1,
      thread: 'created',
      topic: 'export',
      priority: 'P2',
      team: 'data',
      assignee: 'grace',
      confidence: 0.812,
      abstained: false,
      because: ['Grace knows exports best.'],
      degraded: null,
    },
  ])
})

test('an answer joins its thread, and what is known is not stored again', async () => {
  await put('1.eml', aMail())
  await put('2.eml', aMail({ 'Message-ID': '<2@example.com>', References: '<1@example.com>' }))
  const { run, lines, err, tickets } = await stage()

  await run([folder])
  await run([folder])

  expect(lines().map(({ ticket, thread }) => [ticket, thread])).toEqual([
    [1, 'created'],
    [1, 'appended'],
    [1, 'duplicate'],
    [1, 'duplicate'],
  ])
  expect(err.at(-1)).toBe('2 mails: 0 routed, 2 known before')
  expect(await tickets.open()).toMatchObject([{ messages: 2 }])
})

test('reads mboxes, JSON lines and standard input', async () => {
  const from = 'From ann@example.com Mon Nov  2 10:00:00 2026\n'
  const mbox = await put('a.mbox', `${from}Subject: one\n\nHello\n\n${from}Subject: two\n\nWorld\n`)
  const jsonl = await put('b.jsonl', '{"from":"cy@example.com","subject":"three","body":"x"}\n')
  const { run, lines, inbounds } = await stage(undefined, { stdin: 'Subject: four\n\nHello' })

  await run([mbox, jsonl, '-'])

  expect(lines().map(({ file }) => file)).toEqual([`${mbox}:1`, `${mbox}:2`, `${jsonl}:1`, '-'])
  expect(inbounds.map(({ subject }) => subject)).toEqual(['one', 'two', 'three', 'four'])
})

test('without --json it speaks to people', async () => {
  const { run, out } = await stage()

  await run([await put('one.eml', aMail())], { json: false })

  expect(out).toEqual([`#1 -- no topic -> triage  ${join(folder, 'one.eml')}`])
})

test('hands --dry-run on, and closes what it opened', async () => {
  const { run, opened } = await stage()

  await run([await put('one.eml', aMail())], { dryRun: true })

  expect(opened).toEqual([{ dryRun: true }, { stopped: true }])
})

test('a folder without anything to read is said before anything is opened', async () => {
  const { run, err, opened } = await stage()
  for (const name of ['a.txt', 'b.pdf', 'c', 'd.doc', 'e.msg', 'f.zip']) await put(name, 'x')
  const [a, b, c, d, e] = ['a.txt', 'b.pdf', 'c', 'd.doc', 'e.msg'].map((name) => join(folder, name))

  expect(await run([folder])).toBe(2)
  expect(err).toEqual([
    `There is nothing to read in ${folder}. Of a folder, .eml, .mbox and .jsonl files are read. Skipped: 6 files (${a}, ${b}, ${c}, ${d}, ${e} and 1 more).`,
  ])
  expect(opened).toEqual([])
})

test('a file without a mail in it is said too', async () => {
  const { run, err } = await stage()
  const empty = await put('empty.jsonl', '\n')

  expect(await run([empty])).toBe(2)
  expect(err).toEqual([`There is no mail and no ticket in ${empty}.`])
})

test('the summary names what was skipped in a folder', async () => {
  const { run, err } = await stage()
  await put('one.eml', aMail())
  const skipped = await put('notes.txt', 'x')

  expect(await run([folder])).toBe(0)
  expect(err).toEqual([
    `1 mail: 1 routed. Skipped: 1 file (${skipped}). Of a folder, .eml, .mbox and .jsonl files are read.`,
  ])
})

test('a missing path is said before anything is opened', async () => {
  const { run, err, opened } = await stage()

  expect(await run([await put('one.eml', aMail()), join(folder, 'gone.eml')])).toBe(2)
  expect(err).toEqual([`There is no file or folder ${join(folder, 'gone.eml')}.`])
  expect(opened).toEqual([])
})

test.each([
  ['stored', 'could not be stored: disk full'],
  ['decided', 'is stored as ticket 1, but was not decided: disk full'],
])('a mail that cannot be %s does not stop the next, and shows in the exit code', async (step, why) => {
  let calls = 0
  const once = <Result>(work: () => Promise<Result>) =>
    calls++ === 0 ? Promise.reject(new Error('disk full')) : work()
  const { run, lines, err } = await stage((app) =>
    step === 'stored'
      ? { receive: (inbound) => once(() => app.receive(inbound)) }
      : { settled: (id) => once(() => app.settled(id)) },
  )
  const first = await put('1.eml', aMail())
  await put('2.eml', aMail({ 'Message-ID': '<2@example.com>' }))

  expect(await run([folder])).toBe(1)
  expect(lines()).toMatchObject([{ file: first, error: why }, { thread: 'created' }])
  expect(err).toEqual([`2 mails: 1 routed, 1 failed (${first}: ${why})`])
})

test('draws its progress on a terminal, and only there', async () => {
  const file = await put('one.eml', aMail())
  const onTerminal = await stage(undefined, { isTTY: true })
  const elsewhere = await stage()

  await onTerminal.run([file])
  await elsewhere.run([file])

  expect(onTerminal.drawn.join('')).toContain(`[${'#'.repeat(24)}] file 1 of 1, 1 mails`)
  expect(onTerminal.drawn.at(-1)).toBe('\r\u001b[K')
  expect(elsewhere.drawn).toEqual([])
})
