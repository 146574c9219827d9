import { msBetween, SECOND } from '../../core/time.ts'
import { type Gauge, single } from '../gauge.ts'

export const outbox: Gauge<'state'> = {
  id: 'waybill_outbox_posts',
  help: 'Posts that are still to be made (pending, sending, uncertain) or were given up (dead).',
  labels: ['state'],
  read: ({ posts }) =>
    ['pending', 'sending', 'uncertain', 'dead'].map((state) => ({
      labels: { state },
      value: posts.find((of) => of.state === state)?.count ?? 0,
    })),
}

export const oldestPost: Gauge<never> = {
  id: 'waybill_outbox_oldest_seconds',
  help: 'How long the oldest post that is still to be made has been waiting.',
  labels: [],
  read: ({ at, posts }) => {
    const waits = posts.filter(({ state }) => state !== 'dead').map(({ oldestAt }) => msBetween(oldestAt, at) / SECOND)
    return single(Math.max(0, ...waits))
  },
}
