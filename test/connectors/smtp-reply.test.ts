import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { SmtpSettings, smtpReply } from '../../src/connectors/smtp-reply.ts'
import { ConfigError, RejectedError, UnavailableError } from '../../src/errors.ts'
import type { Reply } from '../../src/ports.ts'

const servers: SMTPServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** A mail server on this machine that keeps what it is given. */
async function mailbox(options: SMTPServerOptions = {}) {
  const mails: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString('utf8'))
        done()
      })
    },
    ...options,
  })
  servers.push(server)
  server.on('error', () => {}) // clients that hang up are the point of some tests
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const sender = smtpReply({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    SMTP_FROM: 'Northwind Support <help@northwind.example>',
  })
  if (!sender) throw new Error('There is no sender.')
  return { mails, sender }
}

const aReply = (given: Partial<Reply> = {}): Reply => ({
  to: 'ann@example.com',
  subject: 'Re: Export fails',
  text: 'Hello Ann,\nit is <mended> & tested.\n\nKind regards',
  inReplyTo: '<2@example.com>',
  references: ['<1@example.com>', '<2@example.com>'],
  automatic: false,
  ...given,
})

test('sends a reply into its thread, as text and as HTML', async () => {
  const { mails, sender } = await mailbox()

  const { messageId } = await sender.send(aReply())

  const mail = await PostalMime.parse(mails[0] ?? '')
  expect(messageId).toMatch(/^<[\da-f-]{36}@northwind\.example>$/u)
  expect(mail).toMatchObject({
    messageId,
    subject: 'Re: Export fails',
    from: { name: 'Northwind Support', address: 'help@northwind.example' },
    to: [{ address: 'ann@example.com' }],
    inReplyTo: '<2@example.com>',
    references: '<1@example.com> <2@example.com>',
  })
  expect(mail.text?.trim()).toBe('Hello Ann,\nit is <mended> & tested.\n\nKind regards')
  expect(mail.html).toContain('<p>Hello Ann,<br>\nit is &lt;mended&gt; &amp; tested.</p>')
  expect(mail.headers.some(({ key }) => key === 'auto-submitted')).toBe(false)
})

test('a mail no person wrote says so', async () => {
  const { mails, sender } = await mailbox()

  await sender.send(aReply({ automatic: true, inReplyTo: undefined, references: [] }))

  const { headers, inReplyTo, references } = await PostalMime.parse(mails[0] ?? '')
  expect(headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-replied')
  expect([inReplyTo, references]).toEqual([undefined, undefined])
})

test('any subject stays in one header, and any id in its own', async () => {
  const { mails, sender } = await mailbox()
  const nasty = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\r\nBcc: eve@example.com', '\nX: y\n\nbody', '\u2028', '=?utf-8?Q?=0D=0ABcc:_x?='),
  )
  const subjects = fc.array(nasty, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))

  await fc.assert(
    fc.asyncProperty(subjects, nasty, async (subject, id) => {
      mails.length = 0
      await sender.send(aReply({ subject, inReplyTo: id, references: [id] }))

      const head = (mails[0] ?? '').split(/\r\n\r\n/u)[0] ?? ''
      const names = head.split(/\r\n(?![ \t])/u).map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
      const allowed = [
        'from',
        'to',
        'subject',
        'message-id',
        'in-reply-to',
        'references',
        'date',
        'mime-version',
        'content-type',
      ]
      expect(names.filter((name) => !allowed.includes(name))).toEqual([])
      expect(new Set(names).size).toBe(names.length)
    }),
    { numRuns: 60 },
  )
})

test.each([
  [550, RejectedError],
  [451, UnavailableError],
])('an answer of %i is a %s', async (responseCode, kind) => {
  const { sender } = await mailbox({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })),
  })

  await expect(sender.send(aReply())).rejects.toThrow(kind)
})

test('a server that is not there may be there later', async () => {
  const { sender } = await mailbox()
  await new Promise<void>((resolve) => servers.pop()?.close(() => resolve()))

  await expect(sender.send(aReply())).rejects.toThrow(UnavailableError)
})

test('wants both settings or neither', () => {
  expect(smtpReply({ SMTP_URL: undefined, SMTP_FROM: undefined })).toBeUndefined()
  expect(() => smtpReply({ SMTP_URL: 'smtp://127.0.0.1', SMTP_FROM: undefined })).toThrow(ConfigError)
  expect(() => smtpReply({ SMTP_URL: undefined, SMTP_FROM: 'help@northwind.example' })).toThrow(ConfigError)
})

test.each([
  [{ SMTP_URL: 'smtps://user:secret@mail.northwind.example:465' }, true],
  [{ SMTP_URL: 'http://mail.northwind.example' }, false],
  [{ SMTP_FROM: 'help@northwind.example' }, true],
  [{ SMTP_FROM: 'Support' }, false],
  [{ SMTP_FROM: 'Support <a@example.com>, b@example.com' }, false],
])('%j is valid: %s', (settings, expected) => {
  expect(SmtpSettings.safeParse(settings).success).toBe(expected)
})
