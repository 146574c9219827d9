import { expect, test } from 'vitest'
import { isMbox, splitMbox } from '../../../src/lib/mail/mbox.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

async function split(text: string, { chunk = 7, longest = 1_000_000 } = {}): Promise<string[]> {
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunk) yield bytes(text.slice(at, at + chunk))
  }
  const mails: string[] = []
  for await (const mail of splitMbox(chunks(), longest)) mails.push(Buffer.from(mail).toString())
  return mails
}

const FROM = 'From ann@example.com Mon Nov  2 10:00:00 2026\n'

test('splits at From lines, wherever the chunks end', async () => {
  const file = `${FROM}Subject: one\n\nHello\n\n${FROM}Subject: two\n\nWorld\n`

  for (const chunk of [1, 2, 7, 64, 4096]) {
    expect(await split(file, { chunk })).toEqual(['Subject: one\n\nHello\n\n', 'Subject: two\n\nWorld\n'])
  }
})

test('takes "From " inside a mail for text', async () => {
  const file = `${FROM}Subject: one\n\nFrom here on it fails.\n\nFrom 10:00 until noon it is slow.\n`

  expect(await split(file)).toHaveLength(1)
})

test('gives back quoted From lines as they were', async () => {
  const file = `${FROM}Subject: one\n\n>From now on.\n>>From then on.\n> From a quote\n`

  expect(await split(file)).toEqual(['Subject: one\n\nFrom now on.\n>From then on.\n> From a quote\n'])
})

test('understands CRLF', async () => {
  const file = `${FROM}Subject: one\n\nHello\n\n${FROM}Subject: two\n\nWorld\n`.replaceAll('\n', '\r\n')

  expect(await split(file)).toEqual(['Subject: one\r\n\r\nHello\r\n\r\n', 'Subject: two\r\n\r\nWorld\r\n'])
})

test('holds no more of a giant mail than the limit and one line', async () => {
  const file = `${FROM}Subject: one\n\n${'0123456789\n'.repeat(1_000)}\n${FROM}Subject: two\n\nWorld\n`

  const [giant = '', second] = await split(file, { longest: 500, chunk: 100 })

  expect(giant.length).toBeGreaterThan(500)
  expect(giant.length).toBeLessThan(600)
  expect(second).toBe('Subject: two\n\nWorld\n')
})

test('an empty file holds no mail', async () => {
  expect(await split('')).toEqual([])
})

test.each([
  [FROM, true],
  ['From: ann@example.com\n', false],
  ['From here to there\n', false],
  ['', false],
])('%j begins an mbox: %s', (start, expected) => {
  expect(isMbox(bytes(start))).toBe(expected)
})
