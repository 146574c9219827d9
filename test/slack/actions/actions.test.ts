import type { InputBlock } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { may } from '../../../src/core/permissions.ts'
import type { TicketStatus } from '../../../src/core/ticket.ts'
import { checkView } from '../../../src/playground/workspace/block-kit.ts'
import { type Action, actionWireId, type FormContext } from '../../../src/slack/action.ts'
import { ACTIONS } from '../../../src/slack/actions/index.ts'
import { anAgent, anOfferedTicket, BILLING, GRACE, LOGIN, NOW, OMAR, POLICY } from '../support.ts'

const CONTEXT = { nameOf: (person: string) => person }
const STATES: readonly TicketStatus[] = ['received', 'triage', 'queued', 'offered', 'accepted', 'resolved']
const FORM_CONTEXT: FormContext = {
  ...CONTEXT,
  teams: [LOGIN, BILLING].map((id) => ({ id, name: id, channel: `C-${id}`, lead: undefined, onCall: [] })),
  agents: [anAgent({ id: OMAR, name: 'Omar', teams: [LOGIN] }), anAgent()],
  policy: POLICY,
}

test('the ids on old cards still mean what they meant', () => {
  expect(ACTIONS.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['accept', 'reassign', 'escalate', 'resolve', 'hand-back', 'undo', 'acknowledge']),
  )
})

describe.each(ACTIONS)('$id', (action) => {
  test('has a name of its own, and a label that fits on a button', () => {
    expect(action.id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(ACTIONS.filter(({ id }) => id === action.id)).toHaveLength(1)
    expect(action.label).toMatch(/^.{1,30}$/)
  })

  test('is something core/permissions allows somebody to do', () => {
    expect(may(anAgent({ role: 'admin' }), action.id, { ticket: anOfferedTicket() })).toEqual({ allowed: true })
  })

  test.each(STATES)('never throws while a ticket is %s, and refuses with a sentence', (status) => {
    const assignee = status === 'triage' || status === 'queued' ? undefined : GRACE
    const outcome = action.perform(anOfferedTicket({ status, assignee }), anAgent(), NOW, CONTEXT)

    if ('refused' in outcome) expect(outcome.refused).toMatch(/^[A-Z“].+[.]$/)
    else expect(outcome.events).toHaveLength(1)
  })

  test('is possible where it is offered, for the one it concerns', () => {
    for (const status of STATES) {
      const undoable = { version: 2, move: 'accepted', by: GRACE, at: NOW, before: anOfferedTicket() }
      const ticket = anOfferedTicket({ status, undoable, ...(status === 'queued' ? { assignee: undefined } : {}) })
      if (!action.isOffered(ticket, NOW)) continue
      expect(action.perform(ticket, anAgent(), NOW, CONTEXT, filledIn(action, ticket))).toHaveProperty('events')
    }
  })
})

describe.each(ACTIONS.flatMap((action) => (action.form ? [{ id: action.id, form: action.form }] : [])))(
  'the form of $id',
  ({ id, form }) => {
    const ticket = anOfferedTicket()

    test('is one that Slack accepts, and finds its way back to this action and ticket', () => {
      const view = form.view(ticket, FORM_CONTEXT)

      expect(checkView(view)).toEqual([])
      expect(view.callback_id).toBe(actionWireId(id))
      expect(view.private_metadata).toBe(ticket.id)
    })

    test('says what is missing under a field that it has', () => {
      const fields = form.view(ticket, FORM_CONTEXT).blocks.map(({ block_id }) => block_id)
      const parsed = form.parse({}, ticket, FORM_CONTEXT)

      if ('errors' in parsed) for (const field of Object.keys(parsed.errors)) expect(fields).toContain(field)
      else expect(parsed.answers).toBeDefined()
    })
  },
)

/** Answers as somebody gives them: what is required first, then what the form says is missing. */
function filledIn({ form }: Action, ticket: Parameters<Action['perform']>[0]): unknown {
  if (!form) return undefined
  const inputs = form.view(ticket, FORM_CONTEXT).blocks.filter((block): block is InputBlock => block.type === 'input')
  let values: Record<string, string | undefined> = {}
  for (let round = 0; round < 4; round += 1) {
    const parsed = form.parse(values, ticket, FORM_CONTEXT)
    if ('answers' in parsed) return parsed.answers
    const wanted = inputs.filter(
      ({ block_id, optional }) => (round === 0 && !optional) || (block_id ?? '') in parsed.errors,
    )
    const given = wanted.map(({ block_id, element }) => [block_id, entered(element, round)])
    values = { ...values, ...Object.fromEntries(given) }
  }
  throw new Error(`Nobody could fill in this form: ${JSON.stringify(form.parse(values, ticket, FORM_CONTEXT))}`)
}

/** Another choice each time. */
const entered = (element: InputBlock['element'], round: number): string =>
  'options' in element ? (element.options?.[round % element.options.length]?.value ?? '') : 'Some words.'
