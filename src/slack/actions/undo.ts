import { UNDO_MS, undo } from '../../core/moves.ts'
import { msBetween } from '../../core/time.ts'
import { action } from '../action.ts'

export const undoAction = action({
  id: 'undo',
  label: 'Undo',
  isOffered: ({ undoable }, now) => undoable !== undefined && msBetween(undoable.at, now) <= UNDO_MS,
  perform: (ticket, person, now, { nameOf }) => undo(ticket, person.id, now, nameOf),
})
