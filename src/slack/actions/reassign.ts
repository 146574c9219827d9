import { type Reassignment, reassign } from '../../core/moves.ts'
import { action } from '../action.ts'
import { parseReassignForm, reassignForm } from '../modals/reassign-form.ts'

export const reassignAction = action<Reassignment>({
  id: 'reassign',
  label: 'Reassign',
  isOffered: ({ status }) => status !== 'received' && status !== 'resolved',
  form: { view: reassignForm, parse: parseReassignForm },
  perform: (ticket, person, now, context, to) =>
    to
      ? reassign(ticket, person.id, to, now, context)
      : { refused: 'Fill in the form to reassign a ticket; click Reassign again.' },
})
