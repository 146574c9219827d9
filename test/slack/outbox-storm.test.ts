import { afterEach, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { outboxStage, type Stage } from './outbox-stage.ts'

const TEAMS = ['money', 'platform', 'success'] as const

let stage: Stage
afterEach(() => stage.stop())

test.each([
  { kind: 'sqlite', processes: 1, cards: 200 },
  { kind: 'postgres', processes: 2, cards: 60 },
] as const)(
  'a Slack that fails three calls in ten shows one card each at rest: %j',
  {
    timeout: 120_000,
  },
  async ({ cards, ...where }) => {
    stage = await outboxStage({
      ...where,
      echo: true,
      historyLagMs: 150,
      timings: { sweepsMs: [600, 1_500, 4_000] },
      faults: { seed: 20_260_105, rate: 0.3, lateMs: 1_200, delayMs: 100, droppedEvents: 0.05, doubledEvents: 0.05 },
    })
    await stage.start()
    const tickets: Ticket[] = []
    for (let count = 0; count < cards; count++) {
      const team = count % 10 === 3 ? undefined : TEAMS[count % 3]
      tickets.push(await stage.routed({ ...(team && { team }), priority: count % 12 === 0 ? 'P1' : 'P3' }))
    }
    for (const ticket of tickets.filter((_, place) => place % 4 === 0))
      await stage.record(ticket.id, { type: 'accepted', person: personId('adele'), by: 'adele' })
    await stage.atRest(110_000)

    const { faults, postings } = stage.slack.ledger
    const injected = Object.values(faults).reduce((sum, count) => sum + count, 0)
    const wrong = tickets.filter((ticket) => stage.cards(ticket).length !== 1 || stage.actionable(ticket).length !== 1)
    const stale = tickets.filter(
      (ticket, place) => place % 4 === 0 && !stage.cards(ticket)[0]?.shows.includes('Adele is on it'),
    )
    expect(wrong.map(({ number }) => number)).toEqual([])
    expect(stale.map(({ number }) => number)).toEqual([])
    expect(injected).toBeGreaterThan(cards / 4)
    expect(postings.filter(({ kind }) => kind === 'posted').length).toBeGreaterThanOrEqual(cards)
  },
)
