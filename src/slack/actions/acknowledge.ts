import { acknowledge } from '../../core/moves.ts'
import { isCalling } from '../../core/on-call.ts'
import { action } from '../action.ts'

export const acknowledgeAction = action({
  id: 'acknowledge',
  label: 'Acknowledge',
  isOffered: (ticket) => isCalling(ticket),
  perform: (ticket, person, now, { nameOf }) => acknowledge(ticket, person.id, now, nameOf),
})
