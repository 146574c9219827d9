import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FoundMessage, findFiles, readMessages } from '../../../src/connectors/email/files.ts'
import { timestamp } from '../../../src/core/time.ts'
import { aMail } from '../../support/mails.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

const FROM = 'From ann@example.com Mon Nov  2 10:00:00 2026\n'
const MBOX = `${FROM}Subject: one\n\nHello\n\n${FROM}Subject: two\n\nWorld\n`

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
  return path
}

async function readAll(files: readonly string[], stdin = ''): Promise<FoundMessage[]> {
  const found: FoundMessage[] = []
  const now = () => timestamp('2026-11-22T12:00:00Z')
  for await (const message of readMessages(files, { stdin: Readable.from([Buffer.from(stdin)]), now }))
    found.push(message)
  return found
}

test('finds the mails of a folder and its folders, by name, and takes named files as they are', async () => {
  await put('box/b.eml', '')
  await put('box/a.EML', '')
  await put('box/deep/c.mbox', '')
  await put('box/d.jsonl', '')
  await put('box/readme.md', '')
  const named = await put('mail.txt', '')

  const { files, skipped } = await findFiles([named, join(folder, 'box'), '-'])

  expect(files.map((file) => (file === '-' ? file : relative(folder, file)))).toEqual([
    'mail.txt',
    'box/a.EML',
    'box/b.eml',
    'box/d.jsonl',
    'box/deep/c.mbox',
    '-',
  ])
  expect(skipped).toEqual([join(folder, 'box/readme.md')])
})

test('says which path is missing', async () => {
  await expect(findFiles([join(folder, 'nowhere.eml')])).rejects.toThrow(/ENOENT.*nowhere\.eml/u)
})

test('hands over a mail as it is, and an mbox mail by mail', async () => {
  const eml = await put('one.eml', aMail())
  const mbox = await put('two.mbox', MBOX)

  expect(await readAll([eml, mbox])).toEqual([
    { file: eml, raw: aMail() },
    { file: `${mbox}:1`, raw: Buffer.from('Subject: one\n\nHello\n\n') },
    { file: `${mbox}:2`, raw: Buffer.from('Subject: two\n\nWorld\n') },
  ])
})

test('standard input is one mail, an mbox or JSON lines', async () => {
  expect(await readAll(['-'], 'Subject: one\n\nHello')).toEqual([
    { file: '-', raw: Buffer.from('Subject: one\n\nHello') },
  ])
  expect((await readAll(['-'], MBOX)).map(({ file }) => file)).toEqual(['-:1', '-:2'])
  expect(await readAll(['-'], '{"text":"hello"}\n')).toMatchObject([{ file: '-:1', inbound: { body: 'hello' } }])
})

test('reads tickets and labelled sentences from JSON lines, and never the label', async () => {
  const file = await put(
    'tickets.jsonl',
    '{"from":"Ann Lee <ann@example.com>","subject":"Export","body":"It fails."}\n\n{"text":"where is my card","label":"card_arrival"}\n{"from":{"email":"cy@example.com"},"subject":"Plan","fields":{"page":"/plan"}}\n',
  )

  const found = await readAll([file])

  expect(found).toMatchObject([
    { inbound: { subject: 'Export', body: 'It fails.', requester: { email: 'ann@example.com', name: 'Ann Lee' } } },
    { inbound: { subject: '', body: 'where is my card', fields: {}, degraded: undefined } },
    { inbound: { subject: 'Plan', requester: { email: 'cy@example.com' }, fields: { page: '/plan' } } },
  ])
  expect(JSON.stringify(found)).not.toContain('card_arrival')
  expect(await readAll([file])).toEqual(found)
})

test.each([
  ['{"from":', /not JSON/u],
  ['{"subject":7,"body":"x"}', /subject/u],
  ['{"label":"x"}', /none of "subject", "body" and "text"/u],
])('makes a degraded ticket of the line %s', async (line, why) => {
  const file = await put('bad.jsonl', `${line}\n`)

  expect(await readAll([file])).toMatchObject([{ inbound: { degraded: expect.stringMatching(why), body: line } }])
})

test('goes on after a file that cannot be opened', async () => {
  const eml = await put('one.eml', aMail())

  const found = await readAll([join(folder, 'gone.eml'), eml])

  expect(found).toMatchObject([{ unreadable: expect.stringMatching(/ENOENT/u) }, { raw: aMail() }])
})
