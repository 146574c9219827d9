/** Longest text that is read, in UTF-16 units: what comes after it no longer changes what a ticket is about. */
export const MAX_TEXT_LENGTH = 16_384
const MAX_WORD_LENGTH = 48

/** What stands for a thing whose exact value says nothing about the kind of ticket. */
export const MASKS = { link: '⟨link⟩', mail: '⟨mail⟩', number: '⟨number⟩', id: '⟨id⟩', shouting: '⟨shouting⟩' } as const

/**
 * The words of a text in order: NFKC, lower case; links, mail addresses, numbers of five digits and more and long ids
 * masked; `!` and `?` kept as words, because tone is in them. Linear in the length of the text.
 */
export function tokenise(text: string): string[] {
  const read = text.slice(0, MAX_TEXT_LENGTH).normalize('NFKC').slice(0, MAX_TEXT_LENGTH)
  const words = read.toLowerCase().split(/\s+/u).flatMap(wordsOf)
  if (isShouted(read, words.length)) words.push(MASKS.shouting)
  return words
}

/** Scripts written without spaces, or with words so short that pairs of characters carry the meaning. */
export const isDenseScript = (word: string) =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u.test(word)

export const isWord = (token: string) => !token.startsWith('⟨') && token !== '!' && token !== '?'

function wordsOf(chunk: string): string[] {
  if (chunk === '') return []
  if (chunk.includes('://') || chunk.startsWith('www.')) return [MASKS.link]
  const at = chunk.indexOf('@')
  if (at > 0 && chunk.indexOf('.', at) > at + 1) return [MASKS.mail]
  return (chunk.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*|[!?]/gu) ?? []).map(masked)
}

function masked(word: string): string {
  if (word.length >= 5 && /^\p{N}+$/u.test(word)) return MASKS.number
  if (word.length >= 10 && /\p{N}/u.test(word) && /\p{L}/u.test(word)) return MASKS.id
  return word.slice(0, MAX_WORD_LENGTH)
}

/** A quarter of the words and at least three in capitals: two acronyms are no shouting. */
function isShouted(text: string, wordCount: number): boolean {
  const capitals = text.match(/(?<![\p{L}\p{N}])\p{Lu}{4,}(?![\p{L}\p{N}])/gu)?.length ?? 0
  return capitals >= 3 && capitals * 4 >= wordCount
}
