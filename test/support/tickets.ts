import { ticketId } from '../../src/core/ids.ts'
import type { InboundTicket, Ticket } from '../../src/core/ticket.ts'
import { timestamp } from '../../src/core/time.ts'

/** A message from outside. */
export const anInboundTicket = (given: Partial<InboundTicket> = {}): InboundTicket => ({
  source: 'generic',
  externalId: 'message-1',
  references: [],
  subject: 'I was charged twice',
  body: 'Hello, my card was charged twice in March. Please look into it.',
  visible: 'Hello, my card was charged twice in March. Please look into it.',
  requester: { email: 'ada@example.com', name: 'Ada' },
  receivedAt: timestamp('2026-01-05T09:00:00Z'),
  fields: {},
  automatic: false,
  attachments: [],
  degraded: undefined,
  raw: undefined,
  ...given,
})

/** A ticket nobody has looked at yet. */
export const aTicket = (given: Partial<Ticket> = {}): Ticket => ({
  id: ticketId('00000000-0000-4000-8000-000000000001'),
  number: 1,
  version: 1,
  source: 'generic',
  subject: 'I was charged twice',
  body: 'Hello, my card was charged twice in March. Please look into it.',
  requester: { email: 'ada@example.com', name: 'Ada' },
  fields: {},
  receivedAt: timestamp('2026-01-05T09:00:00Z'),
  degraded: undefined,
  messages: 1,
  latestMessage: undefined,
  waitingSince: undefined,
  customerId: undefined,
  accountId: undefined,
  classification: undefined,
  decision: undefined,
  undoable: undefined,
  status: 'received',
  team: undefined,
  assignee: undefined,
  topic: undefined,
  priority: undefined,
  escalation: 0,
  reassignments: 0,
  declinedBy: [],
  offeredAt: undefined,
  acceptedAt: undefined,
  acknowledgedBy: undefined,
  resolvedAt: undefined,
  respondBy: undefined,
  ...given,
})
