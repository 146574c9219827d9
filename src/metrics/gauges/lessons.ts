import { type Gauge, single } from '../gauge.ts'

export const lessons: Gauge<never> = {
  id: 'waybill_lessons',
  help: 'Lessons in the log, from clicks.',
  labels: [],
  read: (census) => single(census.lessons),
}
