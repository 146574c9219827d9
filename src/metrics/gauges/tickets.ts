import type { Gauge } from '../gauge.ts'

export const openTickets: Gauge<'status' | 'priority' | 'team'> = {
  id: 'waybill_tickets_open',
  help: 'Tickets that are not resolved.',
  labels: ['status', 'priority', 'team'],
  read: ({ openTickets: all }) =>
    all.map(({ status, priority, team, count }) => ({
      labels: { status, priority: priority ?? 'none', team: team ?? 'none' },
      value: count,
    })),
}
