import { handBack } from '../../core/moves.ts'
import { action } from '../action.ts'

export const handBackAction = action({
  id: 'hand-back',
  label: 'Hand back',
  isOffered: ({ status, assignee }) => assignee !== undefined && status !== 'resolved',
  perform: (ticket, person, now, { nameOf }) => handBack(ticket, person.id, now, nameOf),
})
