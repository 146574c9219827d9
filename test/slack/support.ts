import type { Classification } from '../../src/core/classification.ts'
import type { Decision } from '../../src/core/decision.ts'
import { personId, teamId } from '../../src/core/ids.ts'
import type { Agent } from '../../src/core/person.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { timestamp } from '../../src/core/time.ts'
import { ALWAYS } from '../../src/core/working-hours.ts'
import type { CardView } from '../../src/slack/cards/card-view.ts'
import { aTicket } from '../support/tickets.ts'

export const NOW = timestamp('2026-01-05T09:10:00Z')
export const BILLING = teamId('billing')
export const LOGIN = teamId('login')
export const GRACE = personId('grace')
export const OMAR = personId('omar')
export const LEA = personId('lea')

export const aView = (given: Partial<CardView> = {}): CardView => ({
  blockId: 'w1:marker',
  now: NOW,
  account: undefined,
  openTickets: 0,
  nameOf: (person) => ({ grace: 'Grace Hopper', omar: 'Omar', lea: 'Lea' })[person as string] ?? person,
  slackUserOf: (person) => `U${person.toUpperCase()}`,
  topicName: (topic) => topic,
  teamName: (team) => team,
  ...given,
})

export const aClassification = (given: Partial<Classification> = {}): Classification => ({
  topic: 'billing',
  secondTopic: 'login',
  confidence: 0.96,
  topics: { billing: 0.96, login: 0.04 },
  intent: 'problem',
  priority: 'P2',
  priorityBecause: 'the words read like P2 (80 %)',
  sentiment: -0.4,
  urgency: 0.7,
  language: 'en',
  flags: [],
  team: undefined,
  summary: undefined,
  voices: [
    { id: 'rules', weight: 1, opinion: { because: ['rule billing-words'] } },
    { id: 'learned', weight: 1, opinion: { topics: { billing: 0.96 }, because: ['charged', 'twice'] } },
  ],
  missing: [],
  because: ['charged'],
  ...given,
})

export const aDecision = (given: Partial<Decision> = {}): Decision => ({
  destination: { kind: 'offer', team: BILLING, person: GRACE },
  page: false,
  row: 'billing · any tier · any priority',
  skill: 'billing',
  respondBy: timestamp('2026-01-05T10:00:00Z'),
  ranking: {
    candidates: [
      {
        person: GRACE,
        score: 0.9,
        parts: [{ signal: 'skill-match', label: 'knows billing well', score: 1, weight: 1 }],
      },
    ],
    excluded: [{ person: OMAR, reason: 'is not in team billing' }],
  },
  policyVersion: 12,
  modelVersion: 'starter-1a2b3c4d@17',
  facts: { tier: 'enterprise', account: 'Acme', missing: [] },
  because: ['matrix row billing · any tier · any priority sends it to billing', 'knows billing well'],
  ...given,
})

/** A ticket that was offered to Grace in billing. */
export const anOfferedTicket = (given: Partial<Ticket> = {}): Ticket =>
  aTicket({
    number: 4711,
    version: 2,
    status: 'offered',
    team: BILLING,
    assignee: GRACE,
    topic: 'billing',
    priority: 'P2',
    offeredAt: timestamp('2026-01-05T09:00:10Z'),
    respondBy: timestamp('2026-01-05T10:00:00Z'),
    classification: aClassification(),
    decision: aDecision(),
    ...given,
  })

export const anAgent = (given: Partial<Agent> = {}): Agent => ({
  id: GRACE,
  name: 'Grace Hopper',
  email: 'grace@example.com',
  slackUser: 'UGRACE',
  role: 'agent',
  teams: [BILLING],
  skills: { billing: 3 },
  capacity: 6,
  timeZone: 'UTC',
  hours: ALWAYS,
  awayUntil: undefined,
  openTickets: 2,
  record: {},
  saidFullAt: undefined,
  ...given,
})

export const POLICY: Policy = {
  version: 12,
  topics: [
    { id: 'billing', name: 'Billing', description: 'Invoices and cards', skill: 'billing' },
    { id: 'login', name: 'Login', description: 'Passwords', skill: 'sso' },
    { id: 'sso', name: 'Single sign-on', description: 'SAML', skill: 'sso' },
  ],
  matrix: [
    { topic: 'billing', team: BILLING, firstResponseMinutes: 60, resolutionMinutes: 600 },
    { topic: 'login', team: LOGIN, firstResponseMinutes: 60, resolutionMinutes: 600 },
    { topic: 'sso', team: LOGIN, firstResponseMinutes: 60, resolutionMinutes: 600 },
  ],
  rules: [],
  triageChannel: 'CTRIAGE',
  minConfidence: 0.6,
  signalWeights: {},
  voiceWeights: {},
}
