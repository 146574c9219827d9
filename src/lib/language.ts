import { eld } from 'eld/extrasmall'

/** Enough to tell a language by; more only costs time. */
const READ_LENGTH = 4_000

/** ISO 639-1 code of the language a text is written in; `undefined` when it is too short or too mixed to tell. */
export function detectLanguage(text: string): string | undefined {
  const detected = eld.detect(text.slice(0, READ_LENGTH))
  return detected.isReliable() && detected.language !== '' ? detected.language : undefined
}
