import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ruleFaults } from '../../src/classifiers/index.ts'
import { clashingRows } from '../../src/core/policy.ts'
import { RejectedError } from '../../src/errors.ts'
import { readPolicyDocument } from '../../src/storage/policy-document.ts'
import { POLICY_FILE } from '../support/policies.ts'

const starter = readFileSync(new URL('../../db/seeds/starter.yml', import.meta.url), 'utf8')

/** What is said about the file when `written` stands where `was` stood. */
function faultsAfter(was: string, written: string): readonly string[] {
  expect(POLICY_FILE).toContain(was)
  return faultsOf(POLICY_FILE.replace(was, written))
}

function faultsOf(yaml: string): readonly string[] {
  try {
    readPolicyDocument(yaml, ruleFaults)
    return []
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    const [head, ...faults] = error.message.split('\n')
    expect(head).toBe(`The policy was not imported; nothing changed. ${faults.length} to mend:`)
    return faults.map((line) => line.trim())
  }
}

describe('a policy file', () => {
  test('without faults is read whole', () => {
    const { policy, teams, people, accounts, customers } = readPolicyDocument(POLICY_FILE)

    expect(policy).toMatchObject({
      topics: [{ id: 'billing', skill: 'billing' }, { id: 'login' }],
      matrix: [
        { topic: 'billing', team: 'billing-desk', firstResponseMinutes: 240, resolutionMinutes: 2880 },
        { topic: 'login', priority: 'P1', minSkill: 2, firstResponseMinutes: 30, resolutionMinutes: 240 },
      ],
      rules: [
        {
          id: 'refund',
          when: { words: ['refund'], senderDomain: ['acme.example'] },
          set: { topic: 'billing', priorityFloor: 'P2', flags: ['financial'] },
        },
      ],
      triageChannel: 'C0TRIAGE',
      minConfidence: 0.5,
      signalWeights: { headroom: 2 },
      voiceWeights: {},
    })
    expect(teams[0]).toEqual({
      id: 'billing-desk',
      name: 'Billing desk',
      channel: 'C0BILL',
      lead: 'grace',
      onCall: ['grace', 'alan'],
    })
    expect(people[0]?.hours).toEqual({
      ...Object.fromEntries(
        ['mon', 'tue', 'wed', 'thu'].map((day) => [
          day,
          [
            { from: '09:00', to: '12:00' },
            { from: '13:00', to: '17:00' },
          ],
        ]),
      ),
      fri: [{ from: '09:00', to: '24:00' }],
    })
    expect(people[1]).toMatchObject({ role: 'agent', capacity: 6 })
    expect(accounts[0]?.domains).toEqual(['acme.example'])
    expect(customers[0]?.email).toBe('bob@gmail.com')
  })

  test('that ships with Waybill is accepted, and somebody can take a ticket of every row', () => {
    const { policy, people, teams } = readPolicyDocument(starter)

    expect(clashingRows(policy.matrix)).toEqual([])
    for (const { team, topic = '', minSkill = 1 } of policy.matrix)
      expect(
        people.filter(({ teams, skills }) => teams.includes(team) && (skills[topic] ?? 0) >= minSkill),
        `${team} knows ${topic} at ${minSkill}`,
      ).not.toEqual([])
    expect(policy.topics.map(({ id }) => id)).toEqual(
      expect.arrayContaining(policy.matrix.flatMap(({ topic }) => topic ?? [])),
    )
    for (const { id, onCall } of teams) expect(onCall, id).not.toEqual([])
  })

  test.each<readonly [string, string, string]>([
    [
      'billing: { name: Billing,',
      'billing: { name: "",',
      'line 2, column 20: topics.billing.name: Too small: expected string to have >=1 characters',
    ],
    ['  login: {', '  Log In: {', 'line 3, column 3: topics.Log In: use lower-case letters, digits, - and _'],
    ['lead: grace', 'laed: grace', 'line 5, column 56: teams.billing-desk.laed: is not a setting; check the spelling'],
    ['lead: grace', 'lead: gracie', 'line 5, column 62: teams.billing-desk.lead: there is no gracie under people'],
    [
      '[grace, alan] }',
      '[grace, allan] }',
      'line 5, column 86: teams.billing-desk.on-call.1: there is no allan under people',
    ],
    ['name: Platform, channel: C0PLAT', 'name: Platform', 'line 6, column 13: teams.platform.channel: is missing'],
    ['grace@northwind.example', 'grace', 'line 10, column 12: people.grace.email: Invalid email address'],
    ['slack: U0ALAN', 'slack: U0GRACE', 'line 21, column 12: people.alan.slack: grace has the same Slack user'],
    [
      'role: lead',
      'role: boss',
      'line 12, column 11: people.grace.role: Invalid option: expected one of "agent"|"lead"|"admin"',
    ],
    [
      'teams: [platform, billing-desk]',
      'teams: [platform, constructor]',
      'line 13, column 23: people.grace.teams.1: there is no constructor under teams',
    ],
    [
      '{ billing: 3, login: 1 }',
      '{ billing: 4, login: 1 }',
      'line 14, column 24: people.grace.skills.billing: Invalid input',
    ],
    [
      'capacity: 8',
      'capacity: many',
      'line 15, column 15: people.grace.capacity: Invalid input: expected number, received string',
    ],
    [
      'Europe/Berlin',
      'Europe/Bonn',
      'line 16, column 16: people.grace.time-zone: is not an IANA time zone such as Europe/Berlin',
    ],
    ['09:00-12:00, 13:00-17:00', '9-5', 'line 17, column 23: people.grace.hours.mon-thu: write "09:00-17:00"'],
    [
      '09:00-12:00, 13:00-17:00',
      '22:00-06:00',
      'line 17, column 23: people.grace.hours.mon-thu: 22:00-06:00 ends before it begins; write a night as 22:00-24:00 and 00:00-06:00',
    ],
    [
      'fri: "09:00-24:00"',
      'fri-mon: "09:00-24:00"',
      'line 17, column 60: people.grace.hours.fri-mon: fri-mon runs backwards; the week begins on mon',
    ],
    [
      'hours: always',
      'hours: sometimes',
      'line 25, column 12: people.alan.hours: write always, or days and spans such as {mon-fri: "09:00-17:00"}',
    ],
    [
      'first-response: 4h',
      'first-response: soon',
      'line 27, column 59: matrix.0.first-response: write "30m", "4h" or "2d"',
    ],
    [
      'topic: login, priority: P1',
      'topic: longin, priority: P1',
      'line 28, column 14: matrix.1.topic: there is no longin under topics',
    ],
    [
      'topic: login, priority: P1, team: platform',
      'topic: billing, team: platform',
      'line 28, column 5: matrix.1: ties with row 1 (billing · any tier · any priority); add a row that settles it',
    ],
    [
      'when: { words: [refund], sender-domain: [acme.example] }',
      'when: {}',
      'line 31, column 11: rules.0.when: give at least one condition',
    ],
    [
      'words: [refund]',
      'pattern: "(?<=x)y"',
      'line 31, column 22: rules.0.when.pattern: cannot be read (invalid named capture: `(?<=x)y`); use RE2 syntax, which has no look-around and no back-references',
    ],
    [
      'set: { topic: billing,',
      'set: { topic: biling,',
      'line 32, column 19: rules.0.set.topic: there is no biling under topics',
    ],
    ['triage: { channel: C0TRIAGE }', '', 'line 1, column 1: triage: is missing'],
    [
      'min-confidence: 0.5',
      'min-confidence: 50',
      'line 34, column 17: min-confidence: Too big: expected number to be <=1',
    ],
    [
      'owner: grace, value',
      'owner: gracie, value',
      'line 38, column 73: accounts.acme.owner: there is no gracie under people',
    ],
    [
      '[Acme.example]',
      '[Gmail.com]',
      'line 38, column 51: accounts.acme.domains.0: anybody can have an address at gmail.com',
    ],
    [
      'value: 1000 }',
      'value: 1000 }\n  acme2: { name: B, tier: x, domains: [ACME.example] }',
      'line 39, column 40: accounts.acme2.domains.0: acme.example belongs to acme already',
    ],
    [
      'account: acme }',
      'account: acme }\n  rob: { email: bob@Gmail.com }',
      'line 41, column 17: customers.rob.email: bob has the same address',
    ],
    [
      'account: acme }',
      'account: acne }',
      'line 40, column 52: customers.bob.account: there is no acne under accounts',
    ],
    ['triage: {', '\ttriage: {', 'line 33, column 1: Tabs are not allowed as indentation'],
    ['teams:\n', 'topics:\n', 'line 4, column 1: Map keys must be unique'],
  ])('with %j written as %j says where and what', (was, written, fault) => {
    const faults = faultsAfter(was, written)

    expect(
      faults.find((line) => line.startsWith(fault)),
      faults.join('\n'),
    ).toBeDefined()
  })

  test('names a pattern that cannot be read beside entries of a wrong shape', () => {
    const broken = POLICY_FILE.replace('words: [refund]', 'pattern: "(unclosed"').replace('capacity: ', 'capacities: ')

    expect(faultsOf(broken)).toEqual([
      expect.stringContaining('.capacities: is not a setting'),
      expect.stringMatching(/^line \d+, column \d+: rules\.0\.when\.pattern: cannot be read/),
    ])
  })

  test('is told every fault at once, from top to bottom, contradictions between sound parts included', () => {
    const faults = faultsOf(
      POLICY_FILE.replace('grace@northwind.example', 'grace')
        .replace('first-response: 4h', 'first-response: soon')
        .replace('topic: login, priority: P1', 'topic: longin, priority: P1')
        .replace('[grace, alan]', '[grace, allan]')
        .replace('account: acme }', 'account: acne }'),
    )

    expect(faults.map((fault) => fault.split(': ').slice(0, 2).join(': '))).toEqual([
      'line 5, column 86: teams.billing-desk.on-call.1',
      'line 10, column 12: people.grace.email',
      'line 27, column 59: matrix.0.first-response',
      'line 28, column 14: matrix.1.topic',
      'line 40, column 52: customers.bob.account',
    ])
  })

  test.each(['', 'hello', '- a\n- b', '42'])('that is %j is not taken for a policy', (yaml) => {
    expect(faultsOf(yaml)).toEqual(['line 1, column 1: the file must be a mapping with topics, teams, people …'])
  })

  test('whose aliases unfold without end is refused, not unfolded', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array.from({ length: 12 }, () => of).join(', ')}]`

    expect(faultsOf([level('a', 'x'), level('b', '*a'), level('c', '*b'), level('d', '*c')].join('\n'))).toEqual([
      expect.stringContaining('Excessive alias count'),
    ])
  })
})
