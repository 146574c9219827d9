import type { OwnMail } from '../../src/playground/stage/contract.ts'

/** About what only Alan Turing of the starter policy knows best. */
export const apiMail = (about: string): OwnMail => ({
  from: { name: 'Zofia Maj', email: 'zofia.maj@fjord-labs.example' },
  subject: `API answers 429 on POST ${about}`,
  body: `Since yesterday the REST API answers POST ${about} with 429 after forty requests a minute, though our API key has a rate limit of 600. Which limit counts for this endpoint?`,
})

export const billingMail = (invoice: number): OwnMail => ({
  from: { name: 'Owen Tallis', email: 'owen.tallis@delta-clinic.example' },
  subject: `Refund for invoice ${invoice}`,
  body: `Invoice ${invoice} was charged twice to our card. Please refund the second payment and send us a credit note.`,
})

export const outageMail = (where: string): OwnMail => ({
  from: { name: 'Tove Lindqvist', email: 'tove.lindqvist@borealis.example' },
  subject: `Dispatch is down in ${where}`,
  body: 'Production is down for us since 06:40. All 640 technicians see a white page, the app says gateway timeout, and the storm crews stand in the yard without a single address.',
})

/** The bytes of a mail that answers another one (RFC 5322 section 3.6.4). */
export const replyTo = (messageId: string, { from, subject }: OwnMail, body: string): Buffer =>
  Buffer.from(
    [
      `From: ${from.name} <${from.email}>`,
      'To: support@northwind.example',
      `Subject: Re: ${subject}`,
      `Message-ID: <reply-${messageId.replaceAll(/[<>]/g, '')}>`,
      `In-Reply-To: <${messageId.replaceAll(/[<>]/g, '')}>`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      body,
      '',
    ].join('\r\n'),
  )
