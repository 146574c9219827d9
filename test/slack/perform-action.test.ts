import { describe, expect, test } from 'vitest'
import { ticketId } from '../../src/core/ids.ts'
import { MINUTE, plusMs } from '../../src/core/time.ts'
import { escalateAction } from '../../src/slack/actions/escalate.ts'
import { reassignAction } from '../../src/slack/actions/reassign.ts'
import { performAction } from '../../src/slack/perform-action.ts'
import { DATABASES } from '../support/databases.ts'
import { POLICY_FILE } from '../support/policies.ts'
import { routingHouse } from '../support/routing-house.ts'

const URGENT_ROW = '  - { topic: billing, priority: P1, team: billing-desk, first-response: 15m, resolution: 4h }\n'
const policy = POLICY_FILE.replace('matrix:\n', `matrix:\n${URGENT_ROW}`)

describe.each(DATABASES)('a click on %s', (kind) => {
  test('that makes a ticket urgent brings its deadline forward, by the policy of today', async () => {
    for (const [action, answers] of [
      [escalateAction, undefined],
      [reassignAction, { team: 'billing-desk', wrong: 'urgency', priority: 'P1' }],
    ] as const) {
      const { receive, route, tickets, tools, clock } = await routingHouse(kind, policy)
      const ticket = await route(await receive())
      const routedAt = clock.now()
      expect(ticket.respondBy).toBe(plusMs(routedAt, 240 * MINUTE))
      clock.advance(5 * MINUTE)

      const refused = await performAction(action, { ticket: ticket.id, slackUser: 'U0GRACE', answers }, tools)

      expect(refused).toBeUndefined()
      const { priority, respondBy } = await tickets.get(ticket.id)
      expect({ priority, respondBy }).toEqual({ priority: 'P1', respondBy: plusMs(routedAt, 15 * MINUTE) })
    }
  })

  test('on a card whose ticket a restored backup does not know is refused with words', async () => {
    const { tools } = await routingHouse(kind, policy)

    const refused = await performAction(escalateAction, { ticket: ticketId('lost'), slackUser: 'U0GRACE' }, tools)

    expect(refused).toContain('does not know this ticket any more')
  })
})
