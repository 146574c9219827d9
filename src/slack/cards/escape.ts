/**
 * The one gate between words that others wrote and Slack's markup: no mention, link or broadcast gets through, control and
 * bidirectional characters go, runs of white space become one space, and a cut never splits an entity or a character, nor a
 * word if it can be helped. Words written from right to left are isolated, so that they do not turn ours around.
 * @param max longest result in UTF-16 units, the unit Slack's limits are read in here
 */
export function escapeText(text: string, max: number): string {
  const isIsolated = RIGHT_TO_LEFT.test(text) && max > 10
  const safe = shorten(text, isIsolated ? max - 2 : max)
  return isIsolated && safe !== '' ? `\u2068${safe}\u2069` : safe
}

function shorten(text: string, max: number): string {
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
  if (pieces[kept.length] !== ' ') kept.length = wordEnd(kept)
  return max > 0 ? `${kept.join('').replace(/[\s,:(–-]+$/u, '')}${ELLIPSIS}` : ''
}

/** Where the last whole word ends, unless that would cost a third of the text (or there are no spaces, as in Japanese). */
function wordEnd(pieces: readonly string[]): number {
  const space = pieces.lastIndexOf(' ')
  return space > pieces.length * (2 / 3) ? space : pieces.length
}

/** A labelled link, or the label alone when the address is not a plain web address. */
export function link(url: string | undefined, label: string): string {
  if (!url || url.length > MAX_URL || !/^https?:\/\/[^\s<>|"]+$/.test(url)) return label
  return `<${url.replaceAll('&', '&amp;')}|${label.replaceAll('|', '¦')}>`
}

/** A mention of somebody of ours, or their name when they have no usable Slack id. */
export const mention = (slackUser: string | undefined, name: string): string =>
  slackUser && /^[UW][A-Z0-9_-]{1,40}$/i.test(slackUser) ? `<@${slackUser}>` : name

/** A channel everybody sees by its name, or `name` when the id is not a usable one. */
export const channelMention = (channel: string, name: string): string =>
  /^[CGD][A-Z0-9_-]{1,40}$/i.test(channel) ? `<#${channel}>` : name

const ELLIPSIS = '…'
const MAX_URL = 600
const MAX_WORD = 120
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
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
