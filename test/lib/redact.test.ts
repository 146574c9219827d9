import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../src/lib/redact.ts'

test.each([
  ['Write to grace.hopper+x@mail.example.co.uk today', 'Write to [email 1] today'],
  ['<a@b.de>, A@B.de and c@d.fr', '<[email 1]>, [email 1] and [email 2]'],
  ['jürgen@müller.de', '[email 1]'],
  ['IBAN DE89 3704 0044 0532 0130 00 bitte', 'IBAN [iban 1] bitte'],
  ['gb82west12345698765432', '[iban 1]'],
  ['not an iban: DE88 3704 0044 0532 0130 00', 'not an iban: DE88 [number 1]'],
  ['card 4111 1111 1111 1111, exp 12/27', 'card [card 1], exp 12/27'],
  ['5500-0000-0000-0004', '[card 1]'],
  ['378282246310005', '[card 1]'],
  ['call +49 (0)30 901820-44 or 0171/2345678', 'call [phone 1] or [phone 2]'],
  ['(415) 555-0132', '[phone 1]'],
  ['+4930901820', '[phone 1]'],
  ['0171 2345678 0172 2345679', '[number 1]'],
  ['mistyped card 4111 1111 1111 1112', 'mistyped card [number 1]'],
  ['my password is hunter2!', 'my password is [secret 1]'],
  ['PASSWORD: tr0ub4dor&3 and', 'PASSWORD: [secret 1] and'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [secret 1]'],
  ['api_key="9f8e7d6c"', 'api_key="[secret 1]"'],
  ['key sk-proj-Abc123Def456Ghi789Jkl0 here', 'key [secret 1] here'],
  ['sk_live_4eC39HqLyjWDarjtT1zdp7dc', '[secret 1]'],
  ['AKIAIOSFODNN7EXAMPLE', '[secret 1]'],
  ['xoxb-123456789012-abcdefGHIJ', '[secret 1]'],
  ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', '[secret 1]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N', '[secret 1]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----', '[secret 1]'],
  ['sig 3f9a1c7be04d5586aa21cc90ef12ab34', 'sig [secret 1]'],
])('%j leaves as %j', (text, expected) => {
  expect(redact(text)).toBe(expected)
})

test.each([
  'Order 4711, invoice NF-20931, error 503',
  'since 2025-10-03 09:40, until 3.10.2025',
  '€ 1,188.00 or 12 000 kWh',
  'request 7c9e6679-7425-40de-944b-e07fc1f90ae7',
  'version 10.4.2 of the token bucket',
  'the page /settings/billing/invoices/upcoming does not load',
  'we are 14220 people',
])('leaves %j as it is', (text) => {
  expect(redact(text)).toBe(text)
})

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      const once = redact(text)
      expect(redact(once)).toBe(once)
    }),
  )
})

/** Luhn's check digit, to make valid card numbers. */
function withCheckDigit(digits: string): string {
  for (let check = 0; check < 10; check++) {
    const sum = `${digits}${check}`
      .split('')
      .toReversed()
      .reduce((total, digit, place) => {
        const value = Number(digit) * (place % 2 ? 2 : 1)
        return total + (value > 9 ? value - 9 : value)
      }, 0)
    if (sum % 10 === 0) return `${digits}${check}`
  }
  throw new Error('unreachable')
}

test('two thousand planted cards, addresses and phones: none gets through', () => {
  const digits = (length: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''))
  const planted = fc.oneof(
    digits(14).map((rest) => withCheckDigit(`4${rest}`)),
    fc.emailAddress(),
    digits(9).map((rest) => `+49 ${rest.slice(0, 3)} ${rest.slice(3)}`),
  )
  fc.assert(
    fc.property(planted, fc.lorem(), fc.lorem(), (secret, before, after) => {
      expect(redact(`${before} ${secret} ${after}`)).not.toContain(secret)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  'a',
  '1',
  '1 ',
  'a@',
  '@',
  'a.',
  '-',
  '+',
  '(',
  'AB12',
  'AB12 ',
  'eyJ',
  'password:',
  '-----BEGIN ',
  '1-',
  'x.a@a.',
])('a hundred thousand times %j is read to its end', (piece) => {
  expect(redact(`${piece.repeat(100_000 / piece.length)} end`)).toMatch(/end$/)
})
