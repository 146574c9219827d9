import { RejectedError } from '../../errors.ts'
import type { FeedState, FeedWish } from './contract.ts'
import type { Stream, StreamTicket } from './stream.ts'
import type { WebhookSender } from './webhook-sender.ts'

export interface StreamFeederOptions {
  readonly stream: Stream
  readonly sender: WebhookSender
  /** Tickets a minute at the beginning. */
  readonly perMinute: number
  readonly peopleWork: boolean
  /** How many tickets wait for a click now; nobody is asked when left out, and the feed never pauses for it. */
  untouched?(): Promise<number>
  /** Part of every message's id, so that the same stream played again is new. */
  readonly run: string
  changed(): void
  /** Waybill has the ticket; `externalId` is the id it knows it by. */
  accepted(ticket: StreamTicket, externalId: string, index: number): void
  say(line: string): void
}

export interface StreamFeeder {
  readonly state: FeedState
  wish(wish: FeedWish): Promise<void>
  close(): void
}

const SLOWEST = 1
const FASTEST = 1_200
/** So many cards are enough to click on. */
const MOST_UNTOUCHED = 12

function checkedPace(perMinute: number): number {
  if (perMinute >= SLOWEST && perMinute <= FASTEST) return perMinute
  throw new RejectedError(`Choose ${SLOWEST} to ${FASTEST} tickets a minute.`)
}

/**
 * Plays a stream of tickets as webhooks, at a pace that can be changed, until it is over; one that goes on for ever pauses after
 * each round. It begins paused, and pauses by itself while nobody sees to what has come.
 */
export function streamFeeder(options: StreamFeederOptions): StreamFeeder {
  const { stream, sender, run, changed, accepted, say } = options
  const inRound = stream.tickets.length
  const total = stream.again ? null : inRound
  let playing = false
  let perMinute = checkedPace(options.perMinute)
  let { peopleWork } = options
  let handedOver = 0
  let sent = 0
  let refused = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let says: string | undefined
  /** At so many untouched tickets it pauses; counted when it has begun to play. */
  let enough: number | undefined
  let isTooMuch = false
  let isLooking = false

  const ticketAt = (index: number): StreamTicket | undefined => {
    const ticket = stream.tickets[index % inRound]
    const round = Math.floor(index / inRound)
    return ticket && round > 0 ? stream.again?.(ticket, round) : ticket
  }

  /** Resolves once Waybill has it, which may take until the bot is back; `next` does not wait for that. */
  async function deliver(ticket: StreamTicket, index: number): Promise<void> {
    const id = `playground-${run}-${index + 1}`
    const { from, subject, body } = ticket
    try {
      await sender.send(id, { id, from, subject, body })
      sent += 1
      accepted(ticket, id, index)
    } catch (error) {
      refused += 1
      if (!closed) say(error instanceof Error ? error.message : String(error))
    }
    changed()
  }

  function next(): boolean {
    const ticket = ticketAt(handedOver)
    if (!ticket) return false
    void deliver(ticket, handedOver)
    handedOver += 1
    says = undefined
    if (handedOver % inRound === 0)
      pause(total === null ? `All ${inRound} are sent. Press Play, and the same customers write again.` : undefined)
    return true
  }

  async function nextUnlessTooMany(): Promise<void> {
    if (isLooking) return
    isLooking = true
    // A database that is too busy to count is asked again at the next turn.
    const untouched = peopleWork ? 0 : ((await options.untouched?.().catch(() => 0)) ?? 0)
    isLooking = false
    if (!playing) return
    enough ??= untouched < MOST_UNTOUCHED ? MOST_UNTOUCHED : untouched + MOST_UNTOUCHED
    if (untouched < enough) return void next()
    pause(`${untouched} tickets wait: click some and press Play, or let others work too.`)
    isTooMuch = true
    changed()
  }

  function pause(why?: string): void {
    playing = false
    isTooMuch = false
    says = why
    clearInterval(timer)
  }

  function play(): void {
    pause()
    playing = true
    enough = undefined
    beat()
  }

  function beat(): void {
    clearInterval(timer)
    timer = setInterval(() => void nextUnlessTooMany(), 60_000 / perMinute)
    timer.unref()
  }

  return {
    get state() {
      return {
        playing,
        perMinute,
        sent,
        waiting: handedOver - sent - refused,
        refused,
        total,
        source: stream.source,
        peopleWork,
        ...(says !== undefined && { says }),
      }
    },

    async wish(wish) {
      if (closed) throw new RejectedError('The playground has ended.')
      switch (wish.do) {
        case 'play':
          if (handedOver === total) throw new RejectedError(`All ${total} tickets of the stream were sent.`)
          play()
          break
        case 'pause':
          pause()
          break
        case 'next':
          if (!next()) throw new RejectedError(`All ${total} tickets of the stream were sent.`)
          break
        case 'speed':
          perMinute = checkedPace(wish.perMinute)
          if (playing) beat()
          break
        case 'peopleWork':
          peopleWork = wish.on
          if (peopleWork && isTooMuch) play()
          break
      }
      changed()
    },

    close() {
      closed = true
      pause()
    },
  }
}
