import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ticketId } from '../../../src/core/ids.ts'
import type { Ticket } from '../../../src/core/ticket.ts'
import { plusMs, timestamp } from '../../../src/core/time.ts'
import { checkView } from '../../../src/playground/workspace/block-kit.ts'
import { type HomeTabView, renderHomeTab, renderStrangersHome } from '../../../src/slack/cards/home-tab.ts'
import { teamsLedBy } from '../../../src/slack/cards/home-teams.ts'
import type { HomeTicket } from '../../../src/slack/cards/home-ticket.ts'
import { anAgent, anOfferedTicket, BILLING, GRACE, LEA, LOGIN, NOW, OMAR, POLICY } from '../support.ts'

const TEAMS = [
  { id: BILLING, name: 'Billing', channel: 'C0BILLING', lead: OMAR, onCall: [GRACE] },
  { id: LOGIN, name: 'Login', channel: 'C0LOGIN', lead: undefined, onCall: [LEA] },
]

const aHome = (given: Partial<HomeTabView> = {}): HomeTabView => ({
  now: NOW,
  nameOf: (person) => person,
  topicName: (topic) => topic,
  person: anAgent(),
  isNew: false,
  policy: POLICY,
  teams: TEAMS,
  people: [anAgent()],
  mine: [],
  tally: [],
  queues: [],
  commands: [{ form: 'help', does: 'this list' }],
  ...given,
})

const one = (given: Partial<Ticket> = {}, card?: string): HomeTicket => ({ ticket: anOfferedTicket(given), card })

/** All text of a view, a line each. */
function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join('\n')
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([key, inner]) => (key === 'text' && typeof inner === 'string' ? inner : words(inner)))
    .filter(Boolean)
    .join('\n')
}

const shows = (given: Partial<HomeTabView> = {}): string => {
  const view = renderHomeTab(aHome(given))
  expect(checkView(view)).toEqual([])
  return words(view.blocks)
}

describe('who you are', () => {
  test('stands first: role, teams, skills, room, hours and calls', () => {
    const said = shows({ person: anAgent({ skills: { billing: 2, sso: 3 } }) })

    expect(said).toContain('Hello Grace Hopper')
    expect(said).toContain('*You are:* an agent in Billing')
    expect(said).toContain('*Skills, 1 to 3:* sso 3 · billing 2')
    expect(said).toContain('*Room:* 2 of 6 open, 4 more can come')
    expect(said).toContain('*Now:* within your working hours')
    expect(said).toContain('*On call:* first for Billing')
  })

  test('says why nothing new comes: full, away, or after hours', () => {
    expect(shows({ person: anAgent({ openTickets: 6 }) })).toContain('6 of 6 open, nothing new is offered to you')
    const tomorrow = timestamp('2026-01-06T09:00:00Z')
    expect(shows({ person: anAgent({ awayUntil: tomorrow }) })).toContain('away until <!date^1767690000^')
    expect(shows({ person: anAgent({ hours: {} }) })).toContain('outside your working hours (UTC)')
  })

  test('welcomes whoever is new', () => {
    expect(shows({ isNew: true })).toContain('*Welcome.*')
    expect(shows()).not.toContain('Welcome')
  })
})

describe('your tickets', () => {
  test('carry urgency in words, the subject with a link to the card, and when the reply is due', () => {
    const said = shows({ mine: [one({}, 'https://x.slack.com/archives/C0BILLING/p1')] })

    expect(said).toContain(
      '🟠 *P2 high · billing* · <https://x.slack.com/archives/C0BILLING/p1|#4711 I was charged twice>',
    )
    expect(said).toContain('Reply due <!date^1767607200^')
    expect(said).toContain('offered to you, not accepted yet · from Ada')
    expect(said).not.toContain('overdue')
  })

  test('name the channel where no card is known, and say what is overdue', () => {
    const said = shows({ mine: [one()], now: plusMs(NOW, 86_400_000) })

    expect(said).toContain('in <#C0BILLING>')
    expect(said).toContain('*overdue*')
  })

  test('have the buttons of their state, whose values are those of the card', () => {
    const { blocks } = renderHomeTab(aHome({ mine: [one(), one({ status: 'accepted', id: ticketId('t2') })] }))
    const rows = blocks.flatMap((block) => ('elements' in block && block.type === 'actions' ? [block.elements] : []))

    const labels = rows.map((row) => words(row))
    expect(labels).toEqual(['Accept\nResolve\nHand back\nRead all\nWhy here', 'Resolve\nHand back\nRead all\nWhy here'])
    const { id, version } = anOfferedTicket()
    expect(rows[0]).toContainEqual(expect.objectContaining({ action_id: 'waybill:accept', value: `${id}:${version}` }))
  })

  test('when there are none, what waits instead is named', () => {
    const tally = [
      { team: BILLING, status: 'queued', count: 2 },
      { team: BILLING, status: 'accepted', count: 9 },
      { team: LOGIN, status: 'queued', count: 5 },
    ] as const
    expect(shows({ tally })).toContain('Waiting for somebody to accept: 2 in <#C0BILLING>.')
    expect(shows()).toContain('nothing waits in your teams')
    expect(shows({ person: anAgent({ teams: [] }) })).toContain('You are in no team yet')
  })
})

describe('more for those who run things', () => {
  test('a lead sees what waits in the team, and who has room', () => {
    const people = [anAgent(), anAgent({ id: OMAR, name: 'Omar', openTickets: 6 })]
    const tally = [{ team: BILLING, status: 'offered', count: 3 }] as const
    const said = shows({ people, tally, queues: [{ team: TEAMS[0]!, waiting: [one()], people }] })

    expect(said).toContain('*Billing* <#C0BILLING>: 3 tickets waiting')
    expect(said).toContain('… and 2 more')
    expect(said).toContain('Open: Grace Hopper 2 of 6 · Omar 6 of 6 (full)')
  })

  test('those lead who are named as the lead, or have the role in the team', () => {
    const led = (given: Parameters<typeof anAgent>[0]) => teamsLedBy(anAgent(given), TEAMS).map(({ id }) => id)

    expect(led({})).toEqual([])
    expect(led({ role: 'lead' })).toEqual([BILLING])
    expect(led({ id: OMAR, teams: [] })).toEqual([BILLING])
    expect(led({ role: 'admin' })).toEqual([])
  })

  test('an admin sees what is set up; nobody else does', () => {
    const tally = [{ team: undefined, status: 'triage', count: 4 }] as const
    const said = shows({ person: anAgent({ role: 'admin' }), tally })

    expect(said).toContain('*Policy version 12*: 3 topics, 3 matrix rows, 0 rules, 2 teams, 1 person.')
    expect(said).toContain('*Triage* <#CTRIAGE>: 4 waiting for people to decide')
    expect(said).toContain('*Login* <#C0LOGIN>: 0 open, 0 of them waiting, 0 people')
    expect(shows({ tally })).not.toContain('Policy version')
  })
})

test('strangers are told how to come in, and nothing else', () => {
  const view = renderStrangersHome('You are not on the support rota yet. Ask an admin to add you.')

  expect(checkView(view)).toEqual([])
  expect(words(view.blocks)).toContain('You are not on the support rota yet.')
  expect(view.private_metadata).toBe('')
})

test('three hundred tickets and sixty teams of eighty people each stay within the limits, and what is left out is counted', () => {
  const mine = Array.from({ length: 300 }, (_, index) =>
    one({ id: ticketId(`t${index}`), number: index + 1 }, LONG_URL),
  )
  const people = Array.from({ length: 80 }, () => anAgent({ name: 'Maximiliane von und zu Hohenstein-Rabenau &&&&&&' }))
  const teams = Array.from({ length: 60 }, () => TEAMS[0]!)
  const queues = teams.map((team) => ({ team, waiting: mine.slice(0, 7), people }))
  const tally = [{ team: BILLING, status: 'queued', count: 300 }] as const

  const said = shows({
    person: anAgent({ role: 'admin', openTickets: 300 }),
    isNew: true,
    mine,
    teams,
    people,
    queues,
    tally,
  })

  expect(said).toContain('… and 280 more tickets of yours')
  expect(said).toContain('… and 293 more')
})

const LONG_URL = `https://${'x'.repeat(60)}.slack.com/archives/C0BILLING/p1234567890123456`

test('whatever customers and people are called, nothing becomes a mention, a broadcast or a link', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom('<!channel> <@U0BOSS> <http://a.example|b>', 'https://evil.example/?a=1&b=2', '*'.repeat(4000)),
  )
  fc.assert(
    fc.property(hostile, hostile, hostile, (subject, name, topic) => {
      const ticket = { subject, requester: { name, email: name }, topic }
      const view = renderHomeTab(
        aHome({
          person: anAgent({ role: 'admin' }),
          isNew: true,
          mine: [one(ticket), one({ ...ticket, status: 'accepted', messages: 3 })],
          queues: [{ team: TEAMS[0]!, waiting: [one(ticket)], people: [anAgent({ name })] }],
        }),
      )

      expect(checkView(view)).toEqual([])
      const marked = view.blocks.filter(({ type }) => type === 'section' || type === 'context')
      const markup = words(marked).match(/<[^>]*>?/g) ?? []
      expect(markup.filter((token) => !/^<(!date\^\d+\^[^<>]*|#C\w+)>$/.test(token))).toEqual([])
      expect(words(marked)).not.toMatch(/https?:\/\/evil/)
    }),
    { numRuns: 300 },
  )
})
