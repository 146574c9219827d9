import { accept } from '../../core/moves.ts'
import { action } from '../action.ts'

export const acceptAction = action({
  id: 'accept',
  label: 'Accept',
  style: 'primary',
  isOffered: ({ status }) => status === 'offered' || status === 'queued' || status === 'triage',
  perform: (ticket, person, now, { nameOf }) => accept(ticket, person.id, now, nameOf),
})
