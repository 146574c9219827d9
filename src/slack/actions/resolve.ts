import { resolve } from '../../core/moves.ts'
import { action } from '../action.ts'

export const resolveAction = action({
  id: 'resolve',
  label: 'Resolve',
  style: 'primary',
  isOffered: ({ status }) => status !== 'received' && status !== 'resolved',
  perform: (ticket, person, now) => resolve(ticket, person.id, now),
})
