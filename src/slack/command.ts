import type { KnownBlock } from '@slack/types'
import type { Person } from '../core/person.ts'
import type { Clock, Directory, LessonStore, PolicyStore, TicketStore } from '../ports.ts'

export interface CommandContext {
  /** Who typed it, from the signed payload. */
  readonly person: Person
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly lessons: Pick<LessonStore, 'ofTicket'>
  readonly clock: Clock
  /** Every command, for the one that lists them. */
  readonly commands: readonly Command[]
}

export interface CommandAnswer {
  readonly text: string
  readonly blocks?: readonly KnownBlock[]
}

interface CommandUse {
  readonly form: string
  readonly does: string
  /** Left out where `mayUse` of the command decides. */
  mayUse?(person: Person): boolean
}

/** A word after `/waybill`. */
export interface Command {
  readonly name: string
  /** Every form it can be typed in, without `/waybill`, for help. */
  readonly uses: readonly CommandUse[]
  mayUse(person: Person): boolean
  run(args: readonly string[], context: CommandContext): Promise<CommandAnswer>
}
