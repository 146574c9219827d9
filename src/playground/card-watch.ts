import type { TicketId } from '../core/ids.ts'
import type { Stage } from './stage/contract.ts'
import { controls } from './workspace/reading.ts'

export interface SeenCard {
  readonly channel: string
  readonly ts: string
  /** Milliseconds since 1970, when it landed. */
  readonly postedAt: number
}

/** Counts cards from now on. Follows the ledger line by line, so that looking costs little however much has happened. */
export interface CardWatch {
  /** Cards in channels that this ticket has now and people can work with; direct messages and stubs do not count. */
  of(ticket: TicketId): readonly SeenCard[]
  /** How many of them were ever there at the same time, at most. */
  most(ticket: TicketId): number
  /** Direct messages of the bot about this ticket, by conversation. */
  calls(ticket: TicketId): readonly SeenCard[]
}

export function watchCards({ slack }: Pick<Stage, 'slack'>): CardWatch {
  const { ledger, app } = slack
  const seen = new Map<string, Map<string, SeenCard>>()
  const most = new Map<string, number>()
  const ownerOf = new Map<string, string>()
  let read = ledger.postings.length

  function follow(): void {
    for (; read < ledger.postings.length; read += 1) {
      const { kind, channel, ts, user, at, ...content } = ledger.postings[read]!
      if (user !== app.botUserId || kind === 'ephemeral') continue
      const place = `${channel}/${ts}`
      const shown = kind === 'deleted' ? undefined : ticketOn(controls(content).map(({ value }) => value))
      const ticket = shown ?? ownerOf.get(place)
      if (ticket === undefined) continue
      ownerOf.set(place, ticket)
      const ofTicket = seen.get(ticket) ?? new Map<string, SeenCard>()
      seen.set(ticket, ofTicket)
      if (shown === undefined) ofTicket.delete(place)
      else ofTicket.set(place, ofTicket.get(place) ?? { channel, ts, postedAt: at })
      most.set(ticket, Math.max(most.get(ticket) ?? 0, [...ofTicket.values()].filter(isInChannel).length))
    }
  }

  const all = (ticket: TicketId) => {
    follow()
    return [...(seen.get(ticket)?.values() ?? [])]
  }
  return {
    of: (ticket) => all(ticket).filter(isInChannel),
    most(ticket) {
      follow()
      return most.get(ticket) ?? 0
    },
    calls: (ticket) => all(ticket).filter((card) => !isInChannel(card)),
  }
}

const isInChannel = ({ channel }: SeenCard): boolean => !channel.startsWith('D')

/** Buttons carry the ticket and its version. */
const ticketOn = (values: readonly (string | undefined)[]): string | undefined =>
  values.map((value) => /^([0-9a-f-]{36}):\d+$/.exec(value ?? '')?.[1]).find(Boolean)
