import { setTimeout as sleep } from 'node:timers/promises'
import { JOB_KINDS } from '../../src/core/jobs.ts'
import { jobEngine } from '../../src/queue/index.ts'
import { openDatabase } from '../../src/storage/open-database.ts'
import { systemClock } from '../support/clock.ts'
import { silentLog } from '../support/log.ts'

// A worker in a process of its own: `node worker-process.ts <database> <lease in ms> <done | stuck>`. It prints one line per
// job it began, and either finishes it or hangs for ever.
const [location = '', leaseMs = '10000', manner = 'done'] = process.argv.slice(2)

const database = await openDatabase(location, { groupCommitMs: 2 })
const { queue } = await jobEngine(database, {
  clock: systemClock,
  log: silentLog,
  leaseMs: Number(leaseMs),
  pollMs: 50,
})

async function handle(job: { readonly ticketId?: string }): Promise<void> {
  process.stdout.write(`${job.ticketId}\n`)
  if (manner === 'stuck') await sleep(600_000)
}

process.stdout.write('ready\n')
await queue.work(Object.fromEntries(JOB_KINDS.map((kind) => [kind, handle])), { concurrency: 4 })
