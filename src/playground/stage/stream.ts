import type { Priority } from '../../core/classification.ts'

/** A ticket to be sent, with what people would say about it when that is known. */
export interface StreamTicket {
  readonly from: { readonly name: string; readonly email: string }
  readonly subject: string
  readonly body: string
  readonly topic?: string
  readonly priority?: Priority
}

export interface Stream {
  /** For people: what is played. */
  readonly source: string
  readonly tickets: readonly StreamTicket[]
  /** Makes a stream go on for ever: the ticket as it comes in a later round, which are counted from 0. */
  readonly again?: (ticket: StreamTicket, round: number) => StreamTicket
}
