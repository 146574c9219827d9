import type { Button } from '@slack/types'
import { type TicketId, ticketId } from '../../core/ids.ts'
import type { Ticket } from '../../core/ticket.ts'
import type { Timestamp } from '../../core/time.ts'
import { actionWireId } from '../action.ts'
import { ACTIONS } from '../actions/index.ts'
import { button } from './blocks.ts'

/** The buttons that follow the state; the first primary one is the expected next step and the only one drawn so. */
export function buttonsOf(ticket: Ticket, now: Timestamp, only?: readonly string[], expected?: string): Button[] {
  const offered = ACTIONS.filter((action) => (!only || only.includes(action.id)) && action.isOffered(ticket, now))
  const primary = expected ?? offered.find(({ style }) => style === 'primary')?.id
  return offered.map(({ id, label, style }) =>
    button({
      actionId: actionWireId(id),
      label,
      value: `${ticket.id}:${ticket.version}`,
      style: id === primary ? 'primary' : style === 'danger' ? 'danger' : undefined,
    }),
  )
}

/** Reads what a button carries: ids only, never state. */
export function parseButtonValue(value: string): { readonly ticket: TicketId; readonly version: number } | undefined {
  const match = /^(.+):(\d{1,9})$/.exec(value)
  return match ? { ticket: ticketId(match[1]!), version: Number(match[2]) } : undefined
}
