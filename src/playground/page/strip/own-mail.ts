import type { OwnMail } from '../../page-contract.ts'

export type MailField = 'name' | 'email' | 'subject' | 'body'

/** With a made-up sender, so that a subject or a text is all it takes. */
export const BLANK_MAIL: OwnMail = {
  from: { name: 'Kim Castillo', email: 'kim.castillo@customer.example' },
  subject: '',
  body: '',
}

/** What is wrong with a mail before it is sent, by field; empty when nothing is. */
export function mailFaults({ from, subject, body }: OwnMail): Readonly<Partial<Record<MailField, string>>> {
  const email = from.email.trim()
  return {
    ...(email === '' && { email: 'Who writes? An address such as somebody@customer.example is enough.' }),
    ...(email !== '' &&
      !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(email) && {
        email: `“${email}” is not an address; it needs one @ with something on either side.`,
      }),
    ...(subject.trim() === '' && body.trim() === '' && { body: 'Write a subject or a text, or choose an example.' }),
  }
}

/** Bytes of a dropped file as the page server wants them. */
export function base64Of(bytes: Uint8Array): string {
  let binary = ''
  // In pieces, because a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

/** Larger files are refused here, in words, rather than by whatever gives way first. */
export const LARGEST_EML = 25 * 1024 * 1024

/** Why a dropped file is not worth sending; undefined when it is. `size` in bytes. */
export function emlFault(name: string, size: number): string | undefined {
  if (!/\.eml$/i.test(name)) return `${name}: only .eml files are read here (in a mail program: “save as”).`
  if (size === 0) return `${name} is empty.`
  if (size > LARGEST_EML)
    return `${name} has ${Math.ceil(size / 1024 / 1024)} MB; ${LARGEST_EML / 1024 / 1024} MB is the most.`
  return undefined
}
