import { describe, expect, test } from 'vitest'
import type { TicketStatus } from '../../../src/core/ticket.ts'
import { ACTIONS } from '../../../src/slack/actions/index.ts'
import { anAgent, anOfferedTicket, GRACE, NOW } from '../support.ts'

const CONTEXT = { nameOf: (person: string) => person }
const STATES: readonly TicketStatus[] = ['received', 'triage', 'queued', 'offered', 'accepted', 'resolved']

test('the ids are literals that live on old cards', () => {
  expect(ACTIONS.map(({ id }) => id)).toEqual([
    'accept',
    'reassign',
    'escalate',
    'resolve',
    'hand-back',
    'undo',
    'acknowledge',
  ])
})

describe.each(ACTIONS)('$id', (action) => {
  test.each(STATES)('never throws while a ticket is %s, and refuses with a sentence', (status) => {
    const assignee = status === 'triage' || status === 'queued' ? undefined : GRACE
    const outcome = action.perform(anOfferedTicket({ status, assignee }), anAgent(), NOW, CONTEXT)

    if ('refused' in outcome) expect(outcome.refused).toMatch(/^[A-Z“].+[.]$/)
    else expect(outcome.events).toHaveLength(1)
  })

  test('is possible where it is offered, for the one it concerns', () => {
    const answers = { team: 'login', person: undefined, wrong: 'full', topic: undefined, priority: undefined }
    for (const status of STATES) {
      const undoable = { version: 2, move: 'accepted', by: GRACE, at: NOW, before: anOfferedTicket() }
      const ticket = anOfferedTicket({ status, undoable, ...(status === 'queued' ? { assignee: undefined } : {}) })
      if (!action.isOffered(ticket, NOW)) continue
      expect(action.perform(ticket, anAgent(), NOW, CONTEXT, action.form && answers)).toHaveProperty('events')
    }
  })
})
