/**
 * The one gate between words that others wrote and Slack's markup: no mention, link or broadcast gets through, control and
 * bidirectional characters go, runs of white space become one space, and a cut never splits an entity or a character.
 * @param max longest result in UTF-16 units, the unit Slack's limits are read in here
 */
export function escapeText(text: string, max: number): string {
  const pieces = Array.from(shortenWords(tidy(text)), (char) => ENTITIES[char] ?? char)
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (length <= max) return pieces.join('')

  let room = max - ELLIPSIS.length
  const kept: string[] = []
  for (const piece of pieces) {
    if (piece.length > room) break
    room -= piece.length
    kept.push(piece)
  }
  return max > 0 ? `${kept.join('').trimEnd()}${ELLIPSIS}` : ''
}

/** A labelled link, or the label alone when the address is not a plain web address. */
export function link(url: string | undefined, label: string): string {
  if (!url || url.length > MAX_URL || !/^https?:\/\/[^\s<>|"]+$/.test(url)) return label
  return `<${url.replaceAll('&', '&amp;')}|${label.replaceAll('|', '¦')}>`
}

/** A mention of somebody of ours, or their name when they have no usable Slack id. */
export const mention = (slackUser: string | undefined, name: string): string =>
  slackUser && /^[UW][A-Z0-9_-]{1,40}$/i.test(slackUser) ? `<@${slackUser}>` : name

const ELLIPSIS = '…'
const MAX_URL = 600
const MAX_WORD = 120
const WORD_JOINER = '\u2060'
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

// Bidirectional overrides and isolates can make text read differently from what it says; NUL and friends break clients.
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/g

function tidy(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
      .replace(INVISIBLE, '')
      .replace(/\s+/gu, ' ')
      .trim()
      // Slack turns bare addresses into links by itself; a word joiner keeps them readable and dead.
      .replace(/:\/\//g, `:${WORD_JOINER}//`)
      .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}${WORD_JOINER}.`)
      .replace(/\bmailto:/gi, (mailto) => `${mailto.slice(0, -1)}${WORD_JOINER}:`)
  )
}

const shortenWords = (text: string): string =>
  text.replace(/\S+/gu, (word) => {
    const chars = Array.from(word)
    return chars.length > MAX_WORD ? `${chars.slice(0, MAX_WORD - 1).join('')}${ELLIPSIS}` : word
  })
