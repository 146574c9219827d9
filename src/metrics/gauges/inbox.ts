import { msBetween, SECOND } from '../../core/time.ts'
import { type Gauge, single } from '../gauge.ts'

export const inbox: Gauge<'state'> = {
  id: 'waybill_inbox_deliveries',
  help: 'Deliveries that were acknowledged and not finished yet, or set aside after failing too often.',
  labels: ['state'],
  read: ({ inbox: { unfinished, setAside } }) => [
    { labels: { state: 'unfinished' }, value: unfinished },
    { labels: { state: 'set_aside' }, value: setAside },
  ],
}

export const oldestDelivery: Gauge<never> = {
  id: 'waybill_inbox_oldest_seconds',
  help: 'How long ago the oldest unfinished delivery came in.',
  labels: [],
  read: ({ at, inbox: { oldestAt } }) => single(oldestAt ? msBetween(oldestAt, at) / SECOND : 0),
}
