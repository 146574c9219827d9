import { acknowledge } from '../../core/moves.ts'
import { action } from '../action.ts'

export const acknowledgeAction = action({
  id: 'acknowledge',
  label: 'Acknowledge',
  isOffered: ({ status, escalation, decision, acknowledgedBy }) =>
    status !== 'received' &&
    status !== 'resolved' &&
    acknowledgedBy === undefined &&
    (escalation > 0 || decision?.page === true),
  perform: (ticket, person, now, { nameOf }) => acknowledge(ticket, person.id, now, nameOf),
})
