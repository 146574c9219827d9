/** What may stand in a text that nobody outside needs to see. */
type Redaction = 'secret' | 'email' | 'iban' | 'card' | 'phone' | 'number'

/**
 * Replaces secrets (keys, tokens, passwords), e-mail addresses, IBANs (mod-97, ISO 13616), card numbers (Luhn, ISO 7812)
 * and phone numbers by "[email 1]", "[card 1]" …; the same value gets the same number. Names and postal addresses stay.
 * Linear in the length of the text.
 */
export function redact(text: string): string {
  const seen = new Map<string, string>()
  const counts = new Map<Redaction, number>()
  const placeholder = (kind: Redaction, value: string): string => {
    const key = `${kind} ${value.replaceAll(/[\s-]/g, '').toLowerCase()}`
    const known = seen.get(key)
    if (known) return known
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    seen.set(key, `[${kind} ${count}]`)
    return `[${kind} ${count}]`
  }
  const wellKnown = SECRETS.reduce(
    (rest, secret) => rest.replaceAll(secret, (found) => placeholder('secret', found)),
    text,
  )
  const assigned = wellKnown.replaceAll(ASSIGNED_SECRET, (found: string, before: string, value: string) =>
    value.startsWith('[secret') ? found : `${before}${placeholder('secret', value)}`,
  )
  return assigned
    .replaceAll(LONG_TOKEN, (found) => (isRandomLooking(found) ? placeholder('secret', found) : found))
    .replaceAll(EMAIL, (found) => placeholder('email', found))
    .replaceAll(IBAN_START, (found) => {
      const iban = ibanAtStart(found)
      return iban === undefined ? found : placeholder('iban', iban) + found.slice(iban.length)
    })
    .replaceAll(CARD, (found) => (passesLuhn(digitsOf(found)) ? placeholder('card', found) : found))
    .replaceAll(LONG_NUMBER, (found) => {
      const kind = kindOfNumber(found)
      return kind === undefined ? found : placeholder(kind, found)
    })
}

// Every repetition is bounded, so that no text makes a pattern slow.

const SECRETS = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,8000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\beyJ[\w-]{8,4000}\.[\w-]{4,4000}(?:\.[\w-]{0,4000})?/g,
  /\b(?:sk|pk|rk)[-_](?:live[-_]|test[-_]|proj-|ant-)?[\w-]{16,250}/g,
  /\b(?:xox[abeprs]|xapp)-[\w-]{10,250}/g,
  /\b(?:gh[opsur]_|github_pat_|glpat-|shpat_|dop_v1_|npm_|pypi-|hf_|lin_api_|whsec_|SG\.)[\w.-]{16,250}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bhooks\.slack\.com\/services\/[\w/]{10,100}/g,
]

/** "password: hunter2", "api_key=…", "Authorization: Bearer …"; the name stays, the value goes. */
const ASSIGNED_SECRET =
  /\b((?:pass(?:word|wort|wd|phrase|code)|kennwort|contraseña|mot de passe|api[ _-]?key|(?:access|auth|api|bearer|refresh)[ _-]?token|token|client[ _-]?secret|secret|authorization)["']?\s{0,3}(?::|=|\bis\b)\s{0,3}["']?(?:bearer\s{1,3}|basic\s{1,3})?|\bbearer\s{1,3})([^\s"',;]{4,4000})/giu

const LONG_TOKEN = /(?<![\w/+.-])[A-Za-z0-9_+/-]{32,4000}={0,2}(?![\w-])/g

/** Letters and digits mixed as no word and no path mixes them; a UUID or a ticket reference is no secret. */
function isRandomLooking(token: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token)) return false
  const digits = token.match(/\d/g)?.length ?? 0
  const letters = token.match(/[A-Za-z]/g)?.length ?? 0
  const separators = token.length - digits - letters
  return digits >= 3 && letters >= 3 && separators <= token.length / 8
}

const EMAIL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu

const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g

/** The longest beginning of `text` that is a valid IBAN: what follows one may look like more of it. */
function ibanAtStart(text: string): string | undefined {
  for (let length = text.length; length >= 15; length--) {
    const candidate = text.slice(0, length)
    if (/[A-Za-z0-9]$/.test(candidate) && isIban(candidate.replaceAll(/[ -]/g, '').toUpperCase())) return candidate
  }
  return undefined
}

function isIban(compact: string): boolean {
  if (compact.length < 15 || compact.length > 34) return false
  let remainder = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

const CARD = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])/g

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const value = Number(digits.at(-1 - place)) * (place % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0 && !/^0+$/.test(digits)
}

const LONG_NUMBER = /(?<![\p{L}\p{N}.,/-])(?:\+|\(|00)?\d(?:[ ()./-]{0,3}\d){6,200}(?![\p{L}\p{N}])/gu

/**
 * Seven to fifteen digits are a phone number (ITU-T E.164), more are several, or a mistyped card. A bare run of fewer than
 * nine is an order number, and a date is a date.
 */
function kindOfNumber(found: string): Redaction | undefined {
  const digits = digitsOf(found)
  if (digits.length === found.length && digits.length < 9) return undefined
  if (/^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?!\d)/.test(found) && digits.length <= 12)
    return undefined
  return digits.length <= 15 ? 'phone' : 'number'
}

const digitsOf = (text: string) => text.replaceAll(/\D/g, '')
