import { msBetween, SECOND } from '../../core/time.ts'
import { type Gauge, single } from '../gauge.ts'

export const jobs: Gauge<'state'> = {
  id: 'waybill_jobs',
  help: 'Jobs by state; dead ones were set aside after failing too often.',
  labels: ['state'],
  read: ({ jobs: { ready, delayed, running, dead } }) =>
    Object.entries({ ready, delayed, running, dead }).map(([state, value]) => ({ labels: { state }, value })),
}

export const oldestJob: Gauge<never> = {
  id: 'waybill_jobs_oldest_ready_seconds',
  help: 'How long the oldest job that could run has been waiting.',
  labels: [],
  read: ({ at, jobs: { oldestReadyAt } }) => single(oldestReadyAt ? msBetween(oldestReadyAt, at) / SECOND : 0),
}
