import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from '../../../src/lib/mail/visible-text.ts'

const QUOTE = '> Could you send us the invoice number?\n>\n> Kind regards,\n> Support'

test.each([
  ['English', 'On Mon, 2 Nov 2026 at 09:14, Support <help@northwind.example> wrote:'],
  ['English over two lines', 'On Mon, 2 Nov 2026 at 09:14, Support\n<help@northwind.example> wrote:'],
  ['German', 'Am Mo., 2. Nov. 2026 um 09:14 Uhr schrieb Support <help@northwind.example>:'],
  ['German, name first', 'Support <help@northwind.example> schrieb am Mo., 2. Nov. 2026 um 09:14 Uhr:'],
  ['French', 'Le lun. 2 nov. 2026 à 09:14, Support <help@northwind.example> a écrit :'],
  ['Spanish', 'El lun, 2 nov 2026 a las 9:14, Support (<help@northwind.example>) escribió:'],
  ['Italian', 'Il giorno lun 2 nov 2026 alle ore 09:14 Support <help@northwind.example> ha scritto:'],
  ['Portuguese', 'Em seg., 2 de nov. de 2026 às 09:14, Support <help@northwind.example> escreveu:'],
  ['Dutch', 'Op ma 2 nov 2026 om 09:14 schreef Support <help@northwind.example>:'],
  ['Swedish', 'Den mån 2 nov. 2026 kl 09:14 skrev Support <help@northwind.example>:'],
  ['Finnish', 'ma 2. marrask. 2026 klo 9.14 Support (help@northwind.example) kirjoitti:'],
  ['Polish', 'pon., 2 lis 2026 o 09:14 Support <help@northwind.example> napisał(a):'],
  ['Czech', 'po 2. 11. 2026 v 9:14 odesílatel Support <help@northwind.example> napsal:'],
  ['Russian', 'пн, 2 нояб. 2026 г. в 09:14, Support <help@northwind.example>:'],
  ['Ukrainian', 'пн, 2 лист. 2026 р. о 09:14 Support <help@northwind.example> пише:'],
  ['Turkish', 'Support <help@northwind.example>, 2 Kas 2026 Pzt, 09:14 tarihinde şunu yazdı:'],
  ['Japanese', '2026年11月2日(月) 9:14 Support <help@northwind.example>:'],
  ['Chinese', 'Support <help@northwind.example> 于2026年11月2日周一 09:14写道：'],
  ['Korean', '2026년 11월 2일 (월) 오전 9:14, Support <help@northwind.example>님이 작성:'],
])('takes away the quoted mail below a %s attribution', (_, attribution) => {
  const mail = `The number is 2026-118.\n\n${attribution}\n\n${QUOTE}\n`

  expect(visibleText(mail)).toBe('The number is 2026-118.')
})

test.each([
  ['English', 'From: Support <help@northwind.example>\nSent: Monday, 2 November 2026 09:14\nTo: Ann\nSubject: Invoice'],
  [
    'German',
    'Von: Support <help@northwind.example>\nGesendet: Montag, 2. November 2026 09:14\nAn: Ann\nBetreff: Rechnung',
  ],
  ['French', 'De : Support <help@northwind.example>\nEnvoyé : lundi 2 novembre 2026 09:14\nÀ : Ann\nObjet : Facture'],
  ['Spanish', 'De: Support <help@northwind.example>\nEnviado: lunes, 2 de noviembre\nPara: Ann\nAsunto: Factura'],
  ['bold', '*From:* Support\n*Sent:* Monday\n*To:* Ann\n*Subject:* Invoice'],
])('takes away what Outlook quotes below a header block (%s)', (_, block) => {
  const mail = `It still fails.\n\n________________________________\n${block}\n\nCould you try again?\n`

  expect(visibleText(mail)).toBe('It still fails.')
})

test.each([
  '-----Original Message-----',
  '-----Ursprüngliche Nachricht-----',
  '*-------- Original Message --------*',
  "-----Message d'origine-----",
])('takes away what follows "%s"', (separator) => {
  expect(visibleText(`Yes, both of them.\n\n${separator}\nCould you tell us which?`)).toBe('Yes, both of them.')
})

test('keeps answers written between the quoted lines', () => {
  const mail = 'On 2 Nov 2026 09:14, Support wrote:\n> Which plan?\n\nBusiness.\n\n> Since when?\n\nSince Monday.\n'

  expect(visibleText(mail)).toBe('Business.\n\nSince Monday.')
})

test('keeps a forwarded mail, which is the matter itself', () => {
  const mail =
    'Please see to this.\n\n---------- Forwarded message ---------\nFrom: Cy <cy@example.com>\nDate: today\nSubject: Down\nTo: us\n\nThe API is down.'

  expect(visibleText(mail)).toBe(mail)
})

test.each([
  ['two dashes', 'It fails.\n\n-- \nAnn Lee\nHead of Data\n+49 30 1234'],
  ['a phone', 'It fails.\n\nSent from my iPhone'],
  ['a phone, in German', 'It fails.\n\nVon meinem iPhone gesendet'],
  ['a phone, in Dutch', 'It fails.\n\nVerstuurd vanaf mijn iPad'],
  ['an English closing', 'It fails.\n\nBest regards,\nAnn Lee\nHead of Data'],
  ['a German closing', 'It fails.\n\nMit freundlichen Grüßen\nAnn Lee'],
  ['a French closing', 'It fails.\n\nCordialement,\nAnn'],
  ['a Spanish closing', 'It fails.\n\nSaludos cordiales,\nAnn'],
])('takes away a signature: %s', (_, mail) => {
  expect(visibleText(mail)).toBe('It fails.')
})

test.each([
  ['dashes between two lists', 'Plans:\n\n----\n\n1. one\n2. two\n\n----\n\nWhich one?'],
  ['a sentence with a verb of writing', 'Our auditor wrote on 2 Nov that 14:30 is missing.\nPlease look.'],
  ['a pasted log', 'From: worker-3\nstatus: failed\nretry: 4'],
  [
    'a long letter after the greeting',
    `Best regards,\n${'This paragraph goes on about what happened and why it matters to us, with all the detail one could want.\n'.repeat(4)}`,
  ],
])('does not touch %s', (_, mail) => {
  expect(visibleText(mail)).toBe(mail.trimEnd())
})

test('shows a mail of nothing but quotes whole', () => {
  expect(visibleText('> one\n> two')).toBe('> one\n> two')
})

test('never invents text, never hides everything, and needs no second pass over what it kept', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '',
      '> quoted',
      '-- ',
      'On 2 Nov 2026 at 09:14 Ann <a@b.example> wrote:',
      'Regards,',
      'From: a',
      'Sent from my phone',
    ),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const mail = lines.join('\n')
      const visible = visibleText(mail)
      const written = mail.replaceAll(/[\u200b\u200e\u200f\u2060\ufeff]/gu, '').replaceAll('\u00a0', ' ')

      expect(visible === '').toBe(written.trim() === '')
      for (const kept of visible.split('\n')) expect(written).toContain(kept)
    }),
    { numRuns: 500 },
  )
})
