import { describe, expect, test } from 'vitest'
import type { Policy } from '../../../src/core/policy.ts'
import { checkView } from '../../../src/playground/workspace/block-kit.ts'
import type { FormContext, FormValues } from '../../../src/slack/action.ts'
import { parseReassignForm, reassignForm } from '../../../src/slack/modals/reassign-form.ts'
import { anAgent, anOfferedTicket, BILLING, LEA, LOGIN, OMAR, POLICY } from '../support.ts'

const TEAMS = [
  { id: BILLING, name: 'Billing', channel: 'C1', lead: undefined, onCall: [] },
  { id: LOGIN, name: 'Login', channel: 'C2', lead: undefined, onCall: [] },
]
const AGENTS = [
  anAgent(),
  anAgent({ id: OMAR, name: 'Omar', openTickets: 5, skills: {} }),
  anAgent({ id: LEA, name: 'Lea', teams: [LOGIN], skills: { sso: 3, billing: 1 } }),
]
const given = (policy: Policy = POLICY): FormContext => ({
  nameOf: (person) => person,
  teams: TEAMS,
  agents: AGENTS,
  policy,
})
const parse = (values: FormValues, policy?: Policy) => parseReassignForm(values, anOfferedTicket(), given(policy))

describe('the form', () => {
  test('offers everybody with their load and skill, the own team first', () => {
    const view = reassignForm(anOfferedTicket(), given())

    expect(checkView(view)).toEqual([])
    expect(view).toMatchObject({ callback_id: 'waybill:reassign', private_metadata: anOfferedTicket().id })
    expect(view.blocks[0]).toMatchObject({
      elements: [{ text: '*I was charged twice*\nNow P2 · Billing · Billing · grace' }],
    })
    const person = view.blocks.find(({ block_id }) => block_id === 'person')
    expect(person).toMatchObject({
      element: {
        options: [
          { value: 'grace', description: { text: '2 of 6 open · billing 3' } },
          { value: 'omar', description: { text: '5 of 6 open · no skills yet' } },
          { value: 'lea', text: { text: 'Lea (Login)' }, description: { text: '2 of 6 open · sso 3, billing 1' } },
        ],
      },
    })
  })

  test('starts with the topic as what was wrong in triage, for nothing else was decided', () => {
    const view = reassignForm(anOfferedTicket({ status: 'triage', team: undefined, assignee: undefined }), given())

    const wrong = view.blocks.find(({ block_id }) => block_id === 'wrong')
    expect(wrong).toMatchObject({ element: { initial_option: { value: 'topic' } } })
    expect(checkView(view)).toEqual([])
  })

  test('stays within Slack’s limits with many people, long names and nothing to choose', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      anAgent({ name: `<!channel> & ${'x'.repeat(index)}`, skills: Object.fromEntries([['s'.repeat(80), 3]]) }),
    )
    expect(checkView(reassignForm(anOfferedTicket(), { ...given(), agents: many }))).toEqual([])
    const empty = { ...given({ ...POLICY, topics: [] }), teams: [], agents: [] }
    expect(checkView(reassignForm(anOfferedTicket({ number: 123_456_789 }), empty))).toEqual([])
  })
})

describe('the answers', () => {
  test('say where to, and the one part that was wrong', () => {
    expect(parse({ team: 'login', person: 'lea', wrong: 'topic', topic: 'sso', note: '  SAML ' })).toEqual({
      answers: { team: 'login', person: 'lea', wrong: 'topic', topic: 'sso', priority: undefined, note: 'SAML' },
    })
    expect(parse({ team: 'billing', wrong: 'urgency', priority: 'P4', topic: 'sso' })).toEqual({
      answers: {
        team: 'billing',
        person: undefined,
        wrong: 'urgency',
        topic: undefined,
        priority: 'P4',
        note: undefined,
      },
    })
  })

  test('need no topic when only one leads to the chosen team', () => {
    const policy = { ...POLICY, matrix: POLICY.matrix.slice(0, 2) }
    expect(parse({ team: 'login', wrong: 'topic' }, policy)).toMatchObject({ answers: { topic: 'login' } })
  })

  test('may confirm the topic that was only guessed in triage', () => {
    const guessed = anOfferedTicket({ status: 'triage', team: undefined, assignee: undefined })
    const values = { team: 'billing', wrong: 'topic', topic: 'billing' }
    expect(parseReassignForm(values, guessed, given())).toMatchObject({ answers: { topic: 'billing' } })
  })

  test.each([
    [{}, { team: 'Choose the team this ticket belongs to.', wrong: expect.stringContaining('which part was wrong') }],
    [{ team: 'nowhere', wrong: 'full' }, { team: 'Choose the team this ticket belongs to.' }],
    [{ team: 'login', wrong: 'everything' }, { wrong: expect.stringContaining('which part was wrong') }],
    [{ team: 'login', wrong: 'topic' }, { topic: 'Which topic is right? Several lead to this team.' }],
    [{ team: 'billing', wrong: 'topic' }, { topic: expect.stringContaining('has that topic already') }],
    [{ team: 'login', wrong: 'topic', topic: 'unheard-of' }, { topic: expect.stringContaining('Which topic') }],
    [{ team: 'login', wrong: 'urgency' }, { priority: 'Which priority is right?' }],
    [{ team: 'login', wrong: 'urgency', priority: 'P2' }, { priority: 'This ticket is P2 already; choose another.' }],
    [{ team: 'login', wrong: 'owner' }, { person: 'Choose the person who looks after this customer.' }],
    [
      { team: 'billing', person: 'lea', wrong: 'full' },
      { person: 'Lea is not in Billing; choose their team or somebody else.' },
    ],
    [{ team: 'billing', person: 'gone', wrong: 'full' }, { person: expect.stringContaining('no longer here') }],
  ] as const)('%j are sent back', (values, errors) => {
    expect(parse(values)).toEqual({ errors })
  })
})
