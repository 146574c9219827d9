import { plainText } from '../plain-text.ts'
import type { HeaderLookup } from './automatic.ts'

/** Headers are looked for in this many bytes, and each value is read up to `LONGEST_VALUE` characters. */
const HEADER_BYTES = 64 * 1024
const LONGEST_VALUE = 4_000

/**
 * Reads the header of a mail the parser gave up on: linear in its input, never throws, takes what it finds.
 * `bodyStart` is the byte after the empty line, or the end of what was looked at.
 */
export function readHeaderLines(raw: Uint8Array): { readonly header: HeaderLookup; readonly bodyStart: number } {
  const head = raw.subarray(0, HEADER_BYTES)
  const end = endOfHeader(head)
  const found = new Map<string, string>()
  for (const line of unfold(decodeBytes(head.subarray(0, end)))) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && colon < 80 && !found.has(name))
      found.set(name, line.slice(colon + 1, colon + 1 + LONGEST_VALUE).trim())
  }
  return { header: (name) => found.get(name), bodyStart: end }
}

/** Bytes as UTF-8, or as Windows-1252 when they are not UTF-8. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Encoded words of RFC 2047 as text; an unknown character set is read as UTF-8. */
export function decodeWords(value: string): string {
  const joined = value.replaceAll(/(=\?[^?\s]{1,60}\?[bq]\?[^?\s]*\?=)\s+(?==\?)/giu, '$1')
  const text = joined.replaceAll(
    /=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bq])\?([^?]*)\?=/giu,
    (_, charset: string, encoding: string, word: string) => {
      const bytes =
        encoding.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quotedBytes(word.replaceAll('_', ' '))
      return decoderOf(charset).decode(bytes)
    },
  )
  return plainText(text)
}

/** Quoted-printable (RFC 2045 section 6.7) as bytes; what is not a valid escape stays as it is. */
export function quotedBytes(text: string): Uint8Array {
  const flat = Buffer.from(text.replaceAll(/=\r?\n/gu, ''), 'utf8').toString('latin1')
  return Buffer.from(
    flat.replaceAll(/=([\da-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

/** "Ann <ann@example.com>" taken apart, as far as there is an address in it. */
export function addressIn(value: string): { readonly email: string | undefined; readonly name: string | undefined } {
  const text = decodeWords(value).slice(0, 1_000)
  const match =
    /<\s*([^<>\s@]{1,100}@[^<>\s@]{1,200})\s*>/u.exec(text) ?? /([^<>\s@,;:"]{1,100}@[^<>\s@,;:"]{1,200})/u.exec(text)
  const name = text
    .slice(0, match?.index ?? text.length)
    .replaceAll(/["<>]/gu, '')
    .trim()
  return { email: match?.[1], name: name === '' ? undefined : name }
}

function endOfHeader(head: Uint8Array): number {
  for (let at = 0; at < head.length; at++) {
    if (head[at] !== 0x0a) continue
    if (head[at + 1] === 0x0a) return at + 2
    if (head[at + 1] === 0x0d && head[at + 2] === 0x0a) return at + 3
  }
  return head.length
}

const unfold = (text: string): string[] => text.replaceAll(/\r?\n[ \t]+/gu, ' ').split(/\r?\n/u)

function decoderOf(charset: string) {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
