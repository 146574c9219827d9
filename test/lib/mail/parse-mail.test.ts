import { expect, test } from 'vitest'
import { MAIL_LIMITS, parseMail } from '../../../src/lib/mail/parse-mail.ts'
import { aMail } from '../../support/mails.ts'

test('reads the header, decoded', async () => {
  const mail = await parseMail(
    aMail({
      From: '=?utf-8?Q?Zo=C3=AB_K=C3=B6hler?= <zoe@example.com>',
      Subject: '=?utf-8?B?UmU6IExvZ2luIGvDvGRh?=',
      'Message-ID': '<2@example.com>',
      'In-Reply-To': '<1@example.com>',
      References: '<0@example.com>\r\n <1@example.com>',
    }),
  )

  expect(mail).toMatchObject({
    subject: 'Re: Login küda',
    from: { email: 'zoe@example.com', name: 'Zoë Köhler' },
    messageId: '<2@example.com>',
    references: ['<0@example.com>', '<1@example.com>'],
    loss: undefined,
  })
  expect(Date.parse(mail.date ?? '')).toBe(Date.UTC(2026, 10, 2, 9))
})

test('reads HTML as text, and leaves the quoted mail out of the visible part', async () => {
  const html =
    '<html><head><title>Mail</title><style>p{color:red}</style></head><body><p>The <b>export</b> &amp; import fail.</p>' +
    '<table><tr><td>Order</td><td>17</td></tr><tr><td>Plan</td><td>Team</td></tr></table>' +
    '<div class="gmail_quote">On Mon, 2 Nov 2026 at 09:14, Help &lt;help@northwind.example&gt; wrote:<blockquote>Which one?</blockquote></div></body></html>'

  const mail = await parseMail(aMail({ 'Content-Type': 'text/html; charset=utf-8' }, html))

  expect(mail.visible).toBe('The export & import fail.\n\nOrder 17\nPlan Team')
  expect(mail.text).toContain('Which one?')
})

test('lists attachments without keeping their content', async () => {
  const body =
    '--b\r\nContent-Type: text/plain\r\n\r\nSee the picture.\r\n' +
    '--b\r\nContent-Type: image/png; name="error.png"\r\nContent-Disposition: attachment; filename="error.png"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n'

  const mail = await parseMail(aMail({ 'Content-Type': 'multipart/mixed; boundary=b' }, body))

  expect(mail.text).toBe('See the picture.')
  expect(mail.attachments).toEqual([{ name: 'error.png', type: 'image/png', bytes: 8 }])
})

test.each([
  ['Auto-Submitted', 'auto-replied', true],
  ['Auto-Submitted', 'auto-generated; type=x', true],
  ['Auto-Submitted', 'No', false],
  ['Precedence', 'bulk', true],
  ['Precedence', 'first-class', false],
  ['List-Id', '<news.example.com>', true],
  ['List-Unsubscribe', '<https://example.com/u>', true],
  ['Return-Path', '<>', true],
  ['Return-Path', '<ann@example.com>', false],
  ['Content-Type', 'multipart/report; report-type=delivery-status; boundary=b', true],
  ['From', 'Mail Delivery System <MAILER-DAEMON@mx.example.com>', true],
  ['From', 'no-reply@example.com', true],
  ['From', 'Noreen <noreen@example.com>', false],
  ['X-Auto-Response-Suppress', 'All', false],
  ['X-Waybill-Priority', 'P1', false],
])('%s: %s is from a machine: %s', async (name, value, expected) => {
  expect((await parseMail(aMail({ [name]: value }))).automatic).toBe(expected)
})

test.each([
  ['an unknown character set', { 'Content-Type': 'text/plain; charset=x-klingon', Subject: '=?x-klingon?Q?a=E9?=' }],
  ['a NUL and other control characters', { Subject: 'a\u0000b\u0007c' }],
])('%s does not stop it, and nothing unprintable gets through', async (_, headers) => {
  const mail = await parseMail(aMail(headers, 'caf\u00e9 \u0000\u0001 done'))

  expect(mail.text).toMatch(/^caf.* done$/u)
  expect(mail.subject + mail.text).not.toMatch(/[^\P{Cc}\n\t]/u)
})

test('says which of the text was lost', async () => {
  const garbage = await parseMail(aMail({ 'Content-Transfer-Encoding': 'base64' }, '!!!!$$$$@@@@'))
  const long = await parseMail(aMail({}, 'lorem ipsum '.repeat(100_000)))
  const latin = await parseMail(
    aMail({ 'Content-Type': 'text/plain; charset=utf-8' }, Buffer.from('caf\u00e9 done', 'latin1')),
  )

  expect(garbage.loss).toBe('no readable text was found in it')
  expect(long.loss).toBe(`the text is cut after ${MAIL_LIMITS.textCharacters} characters`)
  expect(latin.loss).toBe('some characters could not be decoded')
})

test('refuses what is no mail', async () => {
  await expect(parseMail(Buffer.from('\u007fELF\u0002\u0001\u0000'))).rejects.toThrow('no mail header')
  await expect(parseMail(new Uint8Array())).rejects.toThrow('no mail header')
})

test('refuses parts nested ten thousand deep', async () => {
  const nested = Array.from(
    { length: 10_000 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  )

  await expect(parseMail(Buffer.from(`Subject: deep\r\n${nested.join('')}`))).rejects.toThrow(/nesting depth of 100/u)
})

test('reads HTML nested a hundred thousand deep', async () => {
  const mail = await parseMail(aMail({ 'Content-Type': 'text/html' }, `${'<div>'.repeat(100_000)}it fails`))

  expect(mail.text).toBe('it fails')
})
