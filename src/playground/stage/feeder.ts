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

/** Plays a stream of tickets as webhooks, at a pace that can be changed, until it is over. It begins paused. */
export function streamFeeder(options: StreamFeederOptions): StreamFeeder {
  const { stream, sender, run, changed, accepted, say } = options
  const total = stream.tickets.length
  let playing = false
  let { perMinute, peopleWork } = options
  let handedOver = 0
  let sent = 0
  let refused = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

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
    const index = handedOver
    const ticket = stream.tickets[index]
    if (!ticket) return false
    handedOver += 1
    void deliver(ticket, index)
    if (handedOver === total) pause()
    return true
  }

  function pause(): void {
    playing = false
    clearInterval(timer)
  }

  function play(): void {
    clearInterval(timer)
    playing = true
    timer = setInterval(next, 60_000 / perMinute)
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
          if (!(wish.perMinute >= SLOWEST && wish.perMinute <= FASTEST))
            throw new RejectedError(`Choose ${SLOWEST} to ${FASTEST} tickets a minute.`)
          perMinute = wish.perMinute
          if (playing) play()
          break
        case 'peopleWork':
          peopleWork = wish.on
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
