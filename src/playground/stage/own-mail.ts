import MailComposer from 'nodemailer/lib/mail-composer'
import type { App } from '../../app.ts'
import { mailReader } from '../../connectors/email/mail-reader.ts'
import { RejectedError } from '../../errors.ts'
import type { OwnMail } from '../page-contract.ts'

export interface MailBox {
  /** RejectedError when nobody could send such a mail. */
  mail(mail: OwnMail): Promise<{ readonly number: number }>
  /** RejectedError when the bytes are no e-mail; one that is only damaged is taken, as `waybill ingest` takes it. */
  eml(name: string, raw: Uint8Array): Promise<{ readonly number: number }>
  close(): Promise<void>
}

const TO = 'support@northwind.example'
/** Texts are texts: the composer fetches nothing for them. */
const CLOSED = { disableFileAccess: true, disableUrlAccess: true }

/** Mail on the way of any mail: the reader in processes of its own, then the ticket store. */
export function mailBox({ clock, receive }: Pick<App, 'clock' | 'receive'>): MailBox {
  const reader = mailReader({ clock, workers: 1 })

  async function handIn(name: string, raw: Uint8Array): Promise<{ readonly number: number }> {
    const inbound = await reader.read(raw)
    const isNobodys = !inbound.requester.email && inbound.subject === ''
    if (inbound.degraded !== undefined && isNobodys)
      throw new RejectedError(`${name}: ${inbound.degraded} Choose the original of a mail, usually an .eml file.`)
    const { ticket } = await receive(inbound)
    return { number: ticket.number }
  }

  return {
    async mail(mail) {
      return handIn('Your mail', await written(mail))
    },

    async eml(name, raw) {
      if (raw.length === 0) throw new RejectedError(`${name} is empty.`)
      return handIn(name, raw)
    },

    close: () => reader.close(),
  }
}

/** The bytes of an e-mail (RFC 5322). */
async function written({ from, subject, body }: OwnMail): Promise<Uint8Array> {
  if (!/^[^\s@<>,;]+@[^\s@<>,;]+$/u.test(from.email))
    throw new RejectedError(`"${from.email}" is no e-mail address; it should look like name@company.example.`)
  if (subject.trim() === '' && body.trim() === '')
    throw new RejectedError('The mail is empty; write a subject or a text.')
  const sender = { name: from.name, address: from.email }
  return new MailComposer({ from: sender, to: TO, subject, text: body, date: new Date(), ...CLOSED }).compile().build()
}
