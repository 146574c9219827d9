import type { KnownBlock } from '@slack/types'
import type { Person } from '../core/person.ts'
import type { Clock, Directory, PolicyStore, TicketStore } from '../ports.ts'

export interface CommandContext {
  /** Who typed it, from the signed payload. */
  readonly person: Person
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly clock: Clock
  /** Every command, for the one that lists them. */
  readonly commands: readonly Command[]
}

export interface CommandAnswer {
  readonly text: string
  readonly blocks?: readonly KnownBlock[]
}

/** A word after `/waybill`. */
export interface Command {
  readonly name: string
  readonly usage: readonly string[]
  readonly help: string
  mayUse(person: Person): boolean
  run(args: readonly string[], context: CommandContext): Promise<CommandAnswer>
}
