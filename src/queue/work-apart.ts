import { JOB_KINDS, type JobKind } from '../core/jobs.ts'
import type { JobHandlers, JobQueue, JobWorker } from '../ports.ts'

/** Kinds that wait for a language model, seconds each. */
const SLOW: readonly JobKind[] = ['ask', 'consult']

/** So many questions a process has open at a time; hosted models and a model on one's own machine both bear it. */
export const SLOW_AT_ONCE = 8

/** Slow kinds have a worker of their own, so that however many of them wait, everything else is worked on at once. */
export async function workApart(queue: Pick<JobQueue, 'work'>, handlers: Partial<JobHandlers>): Promise<JobWorker> {
  const only = (kinds: readonly JobKind[]): Partial<JobHandlers> =>
    Object.fromEntries(kinds.flatMap((kind) => (handlers[kind] ? [[kind, handlers[kind]]] : [])))
  const workers = [
    await queue.work(only(JOB_KINDS.filter((kind) => !SLOW.includes(kind)))),
    await queue.work(only(SLOW), { concurrency: SLOW_AT_ONCE }),
  ]
  return {
    async stop(timeoutMs) {
      await Promise.all(workers.map((worker) => worker.stop(timeoutMs)))
    },
  }
}
