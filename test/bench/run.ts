import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createPostgresDatabase } from '../support/plain-sql.ts'
import { startPostgres } from '../support/postgres.ts'
import { commitRate } from './commit-rate.ts'
import { type Figures, pourTickets } from './end-to-end.ts'

const USAGE = `npm run bench -- [options]
  --tickets <n>                      how many tickets pour in (default 1000)
  --database sqlite|postgres|both    (default both)
  --json                             one line of JSON at the end
`

const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '1000' },
    database: { type: 'string', default: 'both' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

interface Result extends Figures {
  readonly database: string
  readonly commitsPerSecond: number
  /** Tickets a second, end to end, as a share of single-row commits a second. */
  readonly ratio: number
}

async function measure(database: string, url: string, tickets: number): Promise<Result> {
  process.stderr.write(`${database}: commit rate … `)
  const before = await commitRate(url)
  process.stderr.write(`${Math.round(before)}/s; ${tickets} tickets …\n`)
  const figures = await pourTickets(url, tickets, (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r  ${done} of ${tickets} cards `)
  })
  const commitsPerSecond = (before + (await commitRate(url.replace(/\.db$/, '-after.db')))) / 2
  return { database, ...figures, commitsPerSecond, ratio: figures.ticketsPerSecond / commitsPerSecond }
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(USAGE)
  const tickets = Number(values.tickets)
  if (!Number.isInteger(tickets) || tickets < 1)
    throw new RangeError(`--tickets: "${values.tickets}" is not a number of tickets.`)
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const results: Result[] = []
  try {
    if (values.database !== 'postgres') {
      results.push(await measure('sqlite', `sqlite:${join(folder, 'bench.db')}`, tickets))
    }
    if (values.database !== 'sqlite') {
      const server = await startPostgres()
      try {
        results.push(await measure('postgres', await createPostgresDatabase(server.url, 'bench'), tickets))
      } finally {
        await server.stop()
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  process.stdout.write(`${report(results)}\n`)
  if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
}

const round = (value: number, digits = 0): string => value.toFixed(digits)

const report = (results: readonly Result[]): string =>
  results
    .map(
      (it) => `
${it.database}
  end to end            ${round(it.ticketsPerSecond)} tickets/s (${it.tickets} tickets, ${it.cards} cards, ${round(it.seconds, 1)} s)
  single-row commits    ${round(it.commitsPerSecond)}/s in the same run (before and after, mean)
  ratio                 ${round(it.ratio * 100, 1)} %   (aim: 15 % now, 50 % in the end)
  click to ack          p50 ${round(it.ackP50Ms)} ms, p99 ${round(it.ackP99Ms)} ms over ${it.clicks} clicks while tickets pour in   (aim: p99 under 200 ms)
  memory                ${round(it.memoryMb)} MB after ${it.tickets} tickets`,
    )
    .join('\n')

await main()
