import type { ModalView } from '@slack/types'
import type { History } from '../../core/explain.ts'
import type { NameOf } from '../../core/moves.ts'
import type { Ticket } from '../../core/ticket.ts'
import { LIMITS, plain } from '../cards/blocks.ts'
import { explanation } from '../cards/explanation.ts'

/** Why a ticket is where it is, in a window: what `/waybill why` says. */
export const whyView = (ticket: Ticket, history: History, nameOf: NameOf): ModalView => ({
  type: 'modal',
  title: plain(`Why #${ticket.number} is here`, LIMITS.modalTitle),
  close: plain('Close', LIMITS.modalTitle),
  blocks: [...explanation(ticket, history, nameOf)],
})
