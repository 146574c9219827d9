import type { Ledger } from '../../src/playground/workspace/ledger.ts'
import type { Content } from '../../src/playground/workspace/model.ts'
import { type Control, controls, readText } from '../../src/playground/workspace/reading.ts'

/** One message as it is now, read from the ledger alone. */
export interface Shown extends Content {
  readonly channel: string
  readonly ts: string
  readonly postedAt: number
  readonly shows: string
  readonly controls: readonly Control[]
}

/** What hangs in the channels, by ticket. Tickets are told apart by a token in their subject. */
export interface Board {
  /** Messages of the bot that name this token and were not deleted, oldest first; direct messages too. */
  of(token: string): readonly Shown[]
  /** Cards in channels that can be worked with: not direct messages, not stubs. */
  cards(token: string): readonly Shown[]
  /** How many cards with this token were ever visible at the same time, at most. */
  mostCards(token: string): number
  /** Texts whispered to this person. */
  whispers(user: string): readonly string[]
}

const TOKEN = /\bT-[a-z0-9]+-\d+\b/

export const isDirect = (channel: string): boolean => channel.startsWith('D')

/** A line that stays in a channel the ticket has left. */
export const isStub = ({ controls, shows }: Shown): boolean => controls.length === 0 && shows.includes(' moved to ')

/** Follows the ledger line by line, so that looking costs little however much has happened. */
export function board(ledger: () => Ledger, botUser: string): Board {
  const byToken = new Map<string, Map<string, Shown>>()
  const tokenAt = new Map<string, string>()
  const most = new Map<string, number>()
  const whispered = new Map<string, string[]>()
  let read = 0

  function follow(): void {
    const { postings } = ledger()
    for (; read < postings.length; read += 1) {
      const { kind, channel, ts, user, to, at, ...content } = postings[read]!
      if (user !== botUser) continue
      if (kind === 'ephemeral') {
        if (to) whispered.set(to, [...(whispered.get(to) ?? []), readText(content)])
        continue
      }
      const place = `${channel}/${ts}`
      const shows = readText(content)
      const token = TOKEN.exec(shows)?.[0] ?? tokenAt.get(place)
      if (token === undefined) continue
      tokenAt.set(place, token)
      const shown = byToken.get(token) ?? new Map<string, Shown>()
      byToken.set(token, shown)
      if (kind === 'deleted' || !shows.includes(token)) shown.delete(place)
      else
        shown.set(place, {
          channel,
          ts,
          postedAt: shown.get(place)?.postedAt ?? at,
          shows,
          controls: controls(content),
          ...content,
        })
      most.set(token, Math.max(most.get(token) ?? 0, cardsIn(shown).length))
    }
  }

  const cardsIn = (shown: ReadonlyMap<string, Shown> | undefined) =>
    [...(shown?.values() ?? [])].filter((one) => !isDirect(one.channel) && !isStub(one))

  return {
    of(token) {
      follow()
      return [...(byToken.get(token)?.values() ?? [])].sort((a, b) => Number(a.ts) - Number(b.ts))
    },
    cards(token) {
      follow()
      return cardsIn(byToken.get(token)).sort((a, b) => Number(a.ts) - Number(b.ts))
    },
    mostCards(token) {
      follow()
      return most.get(token) ?? 0
    },
    whispers(user) {
      follow()
      return whispered.get(user) ?? []
    },
  }
}
