import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ruleFaults } from '../../../src/classifiers/index.ts'
import { type DraftPerson, draftPolicy, topicsOf } from '../../../src/cli/init/policy-draft.ts'
import { readPolicyDocument } from '../../../src/storage/policy-document.ts'

const starter = readFileSync(new URL('../../../db/seeds/starter.yml', import.meta.url), 'utf8')
const person: DraftPerson = {
  name: 'Grace Hopper',
  email: 'grace@northwind.example',
  slack: 'U0GRACE',
  role: 'admin',
  timeZone: 'America/New_York',
  skills: ['billing', 'outage'],
  hours: 'week',
}

test('is a policy without faults that keeps what the starter knows', () => {
  const draft = draftPolicy(starter, { team: 'Support', channel: 'C0SUPPORT', triage: 'C0TRIAGE', people: [person] })

  const [ours, theirs] = [readPolicyDocument(draft, ruleFaults), readPolicyDocument(starter, ruleFaults)]
  expect(ours.policy.topics).toEqual(theirs.policy.topics)
  expect(ours.policy.rules.map(({ id, when }) => ({ id, when }))).toEqual(
    theirs.policy.rules.map(({ id, when }) => ({ id, when })),
  )
  expect(ours.policy.matrix).toEqual(theirs.policy.matrix.map((row) => ({ ...row, team: 'support' })))
  expect(ours.policy).toMatchObject({ triageChannel: 'C0TRIAGE', minConfidence: theirs.policy.minConfidence })
  expect(ours.policy.signalWeights).toEqual(theirs.policy.signalWeights)
  expect(ours.teams).toEqual([
    { id: 'support', name: 'Support', channel: 'C0SUPPORT', lead: 'grace-hopper', onCall: ['grace-hopper'] },
  ])
  expect(ours.people).toMatchObject([
    { id: 'grace-hopper', role: 'admin', skills: { billing: 3, outage: 3 }, slackUser: 'U0GRACE' },
  ])
  expect([ours.accounts, ours.customers]).toEqual([[], []])
})

test('of the people and teams of the starter nothing is left, of its advice everything', () => {
  const draft = draftPolicy(starter, { team: 'Support', channel: 'C0SUPPORT', triage: 'C0TRIAGE', people: [person] })

  expect(draft).not.toMatch(/barbara|platform, |first-line|C0FIRST|borealis/)
  expect(draft).toContain('# ── The routing matrix')
  expect(draft).toContain('Copy member ID')
})

test('names of any script become ids, and no two the same', () => {
  const people = ['Žofia Nováková', '山田太郎', '李雷', 'Žofia Novakova', 'O"Neil: {a}'].map((name, index) => ({
    ...person,
    name,
    slack: `U0${index}`,
    role: 'agent' as const,
  }))

  const draft = draftPolicy(starter, { team: 'Údržba & "Hilfe" #1', channel: 'C1', triage: 'C1', people })

  const { teams, people: read } = readPolicyDocument(draft, ruleFaults)
  expect(teams).toMatchObject([{ id: 'udrzba-hilfe-1', name: 'Údržba & "Hilfe" #1' }])
  expect(read.map(({ id, name }) => [id, name])).toEqual([
    ['zofia-novakova', 'Žofia Nováková'],
    ['one', '山田太郎'],
    ['one-2', '李雷'],
    ['zofia-novakova-2', 'Žofia Novakova'],
    ['o-neil-a', 'O"Neil: {a}'],
  ])
})

test('the topics of the starter are found with their words', () => {
  const topics = topicsOf(starter)

  expect(topics).toEqual(
    readPolicyDocument(starter).policy.topics.map(({ id, name, description }) => ({ id, name, description })),
  )
})
