import { expect, test } from 'vitest'
import { personId } from '../../../src/core/ids.ts'
import { placementOf } from '../../../src/core/ticket.ts'
import { plusMs, timestamp } from '../../../src/core/time.ts'
import { changesAt } from '../../../src/slack/cards/changes-at.ts'
import { aTicket } from '../../support/tickets.ts'

const now = timestamp('2026-01-05T09:00:00Z')
const due = plusMs(now, 600_000)

test('a waiting card changes when its reply is overdue, an accepted one does not', () => {
  expect(changesAt(aTicket({ status: 'offered', respondBy: due }), now)).toBe(plusMs(due, 1))
  expect(changesAt(aTicket({ status: 'accepted', respondBy: due }), now)).toBeUndefined()
})

test('a card changes when its Undo is over, and not again after that', () => {
  const before = placementOf(aTicket({ status: 'offered' }))
  const undoable = { version: 3, move: 'accepted', by: personId('grace'), at: now, before }
  const ticket = aTicket({ status: 'accepted', undoable })

  expect(changesAt(ticket, now)).toBe(plusMs(now, 60_001))
  expect(changesAt(ticket, plusMs(now, 60_001))).toBeUndefined()
})
