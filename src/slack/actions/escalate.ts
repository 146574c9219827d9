import { escalate } from '../../core/moves.ts'
import { action } from '../action.ts'

export const escalateAction = action({
  id: 'escalate',
  label: 'Escalate',
  style: 'danger',
  isOffered: ({ status, escalation, acknowledgedBy }) =>
    status !== 'received' && status !== 'resolved' && (escalation === 0 || acknowledgedBy !== undefined),
  perform: (ticket, person, now, { policy }) =>
    escalate(ticket, person.id, `${person.name} called for help`, now, policy),
})
