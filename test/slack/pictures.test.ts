import { expect, test } from 'vitest'
import { accountId, teamId } from '../../src/core/ids.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import type { SlackPost } from '../../src/ports.ts'
import { pictures } from '../../src/slack/pictures.ts'
import { accountStore } from '../../src/storage/accounts.ts'
import { directory } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { ticketStore } from '../../src/storage/tickets.ts'
import { fakeClock } from '../support/clock.ts'
import { freshDatabase } from '../support/databases.ts'
import { POLICY_FILE } from '../support/policies.ts'
import { aDecision, anOfferedTicket, NOW } from './support.ts'

/** The card of a ticket of the billing desk, as text. */
async function drawn(given: Partial<Ticket>): Promise<string> {
  const ticket = anOfferedTicket({ team: teamId('billing-desk'), ...given })
  const database = await freshDatabase('sqlite')
  const policies = policyStore(database)
  await policies.importDocument(POLICY_FILE, { author: 'ada', reason: 'test', at: NOW })
  const draw = pictures({
    posts: { ofTicket: async () => [] },
    tickets: ticketStore(database, async () => undefined),
    directory: directory(database),
    policies,
    accounts: accountStore(database),
    web: { identity: async () => ({ ok: false, fate: 'later', error: 'not asked in this test' }) },
    clock: fakeClock(),
  })
  const post: Partial<SlackPost> = {
    key: 'post-1',
    kind: 'card',
    ticketId: ticket.id,
    target: 'C0BILL',
    state: 'pending',
  }
  return JSON.stringify(await draw(post as SlackPost, ticket))
}

const facts = { tier: 'gold', account: 'Globex', missing: [] }
const decided = { accountId: accountId('crm-7'), decision: aDecision({ facts }) }

test('a card names the account of our own tables, as it is now', async () => {
  const card = await drawn({ ...decided, requester: { email: 'bob@gmail.com', name: 'Bob' } })

  expect(card).toContain('Acme')
  expect(card).not.toContain('Globex')
})

test('a card names the account another source knew when the ticket was decided', async () => {
  const card = await drawn({ ...decided, requester: { email: 'hank@globex.example', name: 'Hank' } })

  expect(card).toContain('Globex')
  expect(card).toContain('gold')
})

test('a card of a stranger names no account', async () => {
  const nobody = { ...facts, tier: undefined, account: undefined }
  const stranger = { accountId: undefined, decision: aDecision({ facts: nobody }) }
  const card = await drawn({ ...stranger, requester: { email: 'x@nowhere.example', name: 'Xenia' } })

  expect(card).toContain('Xenia')
  expect(card).not.toMatch(/Acme|Globex/)
})
