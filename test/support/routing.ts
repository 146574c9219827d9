import { type Classification, combine, type Opinion, type Voice } from '../../src/core/classification.ts'
import { NO_FACTS } from '../../src/core/customer.ts'
import type { Decision } from '../../src/core/decision.ts'
import type { RecordedEvent, TicketEvent } from '../../src/core/events.ts'
import { personId, teamId } from '../../src/core/ids.ts'
import type { Agent } from '../../src/core/person.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { RankingContext } from '../../src/core/rank-agents.ts'
import { timestamp } from '../../src/core/time.ts'
import { ALWAYS } from '../../src/core/working-hours.ts'
import { aTicket } from './tickets.ts'

export const grace = personId('grace')
export const alan = personId('alan')
export const billingDesk = teamId('billing-desk')

/** Monday morning, as the fake clock stands. */
export const MONDAY = timestamp('2026-01-05T09:00:00Z')

export const aVoice = (opinion: Partial<Opinion>, id = 'learned', weight = 1): Voice => ({
  id,
  weight,
  opinion: { because: [], ...opinion },
})

export const readingAs = (topic: string, given: Partial<Classification> = {}): Classification => ({
  ...combine([aVoice({ topics: { [topic]: 0.9 }, priorities: { P3: 1 } })], []),
  ...given,
})

export const aDecision = (given: Partial<Decision> = {}): Decision => ({
  destination: { kind: 'offer', team: billingDesk, person: grace },
  page: false,
  row: 'billing · any tier · any priority',
  skill: 'billing',
  respondBy: timestamp('2026-01-05T13:00:00Z'),
  ranking: { candidates: [], excluded: [] },
  policyVersion: 1,
  modelVersion: 'base@0',
  facts: { tier: undefined, account: undefined, missing: [] },
  because: [],
  ...given,
})

export const routed = (given: Partial<TicketEvent & { type: 'routed' }> = {}): TicketEvent => ({
  type: 'routed',
  classification: readingAs('billing'),
  decision: aDecision(),
  customerId: undefined,
  accountId: undefined,
  at: MONDAY,
  by: 'router',
  ...given,
})

/** A history as the log has it: versions from 1. */
export const history = (...events: readonly TicketEvent[]): readonly RecordedEvent[] =>
  events.map((event, index) => ({ ...event, version: index + 1 }))

export const anAgent = (given: Partial<Agent> = {}): Agent => ({
  id: grace,
  name: 'Grace Hopper',
  email: 'grace@northwind.example',
  slackUser: 'U0GRACE',
  role: 'agent',
  teams: [billingDesk],
  skills: { billing: 2 },
  capacity: 6,
  timeZone: 'UTC',
  hours: ALWAYS,
  awayUntil: undefined,
  openTickets: 0,
  record: {},
  saidFullAt: undefined,
  ...given,
})

export const aPolicy = (given: Partial<Policy> = {}): Policy => ({
  version: 1,
  topics: [
    { id: 'billing', name: 'Billing', description: 'invoice, refund', skill: 'billing' },
    { id: 'login', name: 'Login', description: 'password, locked out', skill: 'login' },
  ],
  matrix: [{ topic: 'billing', team: billingDesk, firstResponseMinutes: 240, resolutionMinutes: 2880 }],
  rules: [],
  triageChannel: 'C0TRIAGE',
  minConfidence: 0.6,
  signalWeights: {},
  voiceWeights: {},
  ...given,
})

export const aContext = (given: Partial<RankingContext> = {}): RankingContext => ({
  ticket: aTicket(),
  facts: NO_FACTS,
  classification: readingAs('billing'),
  team: billingDesk,
  skill: 'billing',
  minSkill: 1,
  now: MONDAY,
  ...given,
})
