import type { CommandHint, PageStatus, ShortcutHint } from '../page-contract.ts'
import type { Stage } from '../stage/contract.ts'
import type { CardTickets } from './card-tickets.ts'
import type { ReadMarks } from './read-marks.ts'
import type { SceneBoard } from './scenes.ts'
import type { TicketWatch } from './ticket-watch.ts'

/** What all pages share. */
export interface House {
  readonly stage: Stage
  readonly teamName: string
  readonly cards: CardTickets
  readonly marks: ReadMarks
  readonly tickets: TicketWatch
  readonly scenes: SceneBoard
  readonly commands: readonly CommandHint[]
  readonly shortcuts: readonly ShortcutHint[]
  status(): PageStatus
}
