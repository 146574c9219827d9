import { RejectedError } from '../errors.ts'
import type { Inbox, JobQueue } from '../ports.ts'
import { type Output, table } from './output.ts'

interface WorkTools {
  readonly queue: JobQueue
  readonly inbox: Inbox
}

/** `waybill jobs list`: how much waits, and what was set aside after failing too often. */
export async function listJobs(
  { queue, inbox }: WorkTools,
  { json }: { readonly json: boolean },
  { out }: Output,
): Promise<void> {
  const [counts, dead, aside] = await Promise.all([queue.counts(), queue.dead(), inbox.setAside()])
  if (json)
    return out(JSON.stringify({ counts, dead, inbox: aside.map(({ key, kind, error }) => ({ key, kind, error })) }))
  out(`${counts.ready} ready, ${counts.delayed} delayed, ${counts.running} running, ${counts.dead} set aside`)
  if (dead.length > 0) {
    out(
      table([
        ['ID', 'JOB', 'TRIES', 'ERROR'],
        ...dead.map(({ id, job, attempts, error }) => [id, job.kind, `${attempts}`, error]),
      ]),
    )
    out('\nTry one again with: npm run waybill -- jobs requeue <id>')
  }
  for (const { key, kind, error } of aside) out(`inbox ${kind} ${key}: ${error}`)
}

/** `waybill jobs requeue <id>`: gives a job that was set aside another round of attempts. */
export async function requeueJob(queue: JobQueue, id: string, { out }: Output): Promise<void> {
  if (!(await queue.requeue(id)))
    throw new RejectedError(`No job ${id} is set aside. \`waybill jobs list\` shows those that are.`)
  out(`Job ${id} waits for its turn again.`)
}
