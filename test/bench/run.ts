import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import BetterSqlite from 'better-sqlite3'
import pg from 'pg'
import { startBot } from '../support/bot-process.ts'
import { createPostgresDatabase } from '../support/plain-sql.ts'
import { startPostgres } from '../support/postgres.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { policyDocument, SIGNING_SECRET, sampleTickets, WEBHOOK_SECRET } from '../support/workplace.ts'
import { startSlack } from './slack-process.ts'

/** How much Waybill does, measured with bot, Slack and load in three processes. Says figures, asserts nothing. */
const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '10000' },
    database: { type: 'string', default: 'both' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const USAGE = `npm run bench -- [options]
  --tickets <n>                  how many tickets in all before memory is read (default 10000)
  --database sqlite|postgres|both
  --json                         only the line of JSON
`

interface Figures {
  readonly database: string
  /** One-row transactions per second on the same disk, durable, on as many connections as Waybill writes with. */
  readonly rawCommitsPerSecond: number
  /** Webhook in to card posted, with 32 webhooks under way all the time. */
  readonly ticketsPerSecond: number
  readonly ratio: number
  /** Click to acknowledgement while tickets pour in at half that rate. */
  readonly clickP50Ms: number
  readonly clickP99Ms: number
  readonly clicks: number
  readonly tickets: number
  /** Webhooks that were not answered within ten seconds, or with an error, and were sent again. */
  readonly sentAgain: number
  readonly memoryMbAtStart: number
  readonly memoryMb: number
}

const WARM_UP = 50
const AT_ONCE = 32
const RAW_MS = 2_000
const POUR_MS = 12_000
const CLICK_EVERY_MS = 50
/** What Waybill's pool holds on Postgres; on SQLite there is one writer. */
const POSTGRES_CONNECTIONS = 10

const note = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`)
}

async function measure(
  database: 'sqlite' | 'postgres',
  url: string,
  rawCommits: number,
  total: number,
): Promise<Figures> {
  const slack = await startSlack()
  const bot = startBot({
    environment: {
      DATABASE_URL: url,
      PORT: '0',
      LOG_LEVEL: 'error',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: slack.apiUrl,
      WEBHOOK_SECRET,
    },
    policy: policyDocument(),
  })
  try {
    const listening = await bot.url
    if (listening === undefined) throw new Error(`The bot did not start:\n${bot.complaints()}`)
    slack.deliverTo(`${listening}/slack/events`)
    const memoryMbAtStart = await bot.memory()
    const samples = sampleTickets()
    const tokens: string[] = []
    let sentAgain = 0
    const send = async () => {
      const number = tokens.length + 1
      const token = `T-bench-${number}`
      tokens.push(token)
      const { subject, body } = samples[number % samples.length]!
      const message = { id: token, delivery: token, secret: WEBHOOK_SECRET, subject: `[${token}] ${subject}`, body }
      while (!(await sendWebhook(listening, { ...message, from: 'customer@example.com' }))) {
        if (!bot.running) throw new Error(`The bot ended:\n${bot.complaints()}`)
        sentAgain += 1
      }
    }
    const sendMany = async (count: number) => {
      const until = tokens.length + count
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (tokens.length < until) await send()
        }),
      )
    }
    const allShown = async () => {
      const sent = tokens.length
      const { cards, atMs } = await slack.cards(sent, 60_000 + sent * 50)
      if (cards < sent) throw new Error(`${sent} tickets were sent and ${cards} cards came.`)
      return atMs
    }

    await sendMany(WARM_UP)
    await allShown()
    const burst = Math.max(100, Math.min(1_000, Math.floor(total / 4)))
    const burstFrom = Date.now()
    await sendMany(burst)
    const ticketsPerSecond = burst / (((await allShown()) - burstFrom) / 1000)

    const clicked = Array.from(
      { length: Math.min(burst, POUR_MS / CLICK_EVERY_MS) },
      (_, index) => `T-bench-${WARM_UP + index + 1}`,
    )
    const clicking = slack.click(clicked, CLICK_EVERY_MS)
    const pouring = pour(send, ticketsPerSecond / 2, POUR_MS)
    const ackMs = [...(await clicking)].sort((a, b) => a - b)
    await pouring
    await allShown()

    while (tokens.length < total) {
      await sendMany(Math.min(1_000, total - tokens.length))
      await allShown()
    }
    await sleep(1_000)
    return {
      database,
      rawCommitsPerSecond: Math.round(rawCommits),
      ticketsPerSecond: round(ticketsPerSecond),
      ratio: round(ticketsPerSecond / rawCommits, 3),
      clickP50Ms: round(quantile(ackMs, 0.5)),
      clickP99Ms: round(quantile(ackMs, 0.99)),
      clicks: ackMs.length,
      tickets: tokens.length,
      sentAgain,
      memoryMbAtStart: Math.round(memoryMbAtStart),
      memoryMb: Math.round(await bot.memory()),
    }
  } finally {
    await bot.kill()
    slack.stop()
  }
}

/** So many a second, whether or not the ones before were answered. */
async function pour(send: () => Promise<void>, perSecond: number, forMs: number): Promise<void> {
  const under: Promise<void>[] = []
  const from = Date.now()
  for (let count = 0; Date.now() - from < forMs; count += 1) {
    under.push(send())
    await sleep(Math.max(0, from + (count * 1000) / perSecond - Date.now()))
  }
  await Promise.all(under)
}

/** Commits of one row each, flushed to the disk, as SQLite makes them with one writer. */
function rawSqlite(file: string): number {
  const database = new BetterSqlite(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec('create table raw (id integer primary key, said text not null)')
  const insert = database.prepare('insert into raw (said) values (?)')
  const from = performance.now()
  let count = 0
  while (performance.now() - from < RAW_MS) {
    insert.run('x'.repeat(200))
    count += 1
  }
  const rate = (count * 1000) / (performance.now() - from)
  database.close()
  return rate
}

async function rawPostgres(url: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: POSTGRES_CONNECTIONS })
  await pool.query('create table raw (id serial primary key, said text not null)')
  const from = performance.now()
  let count = 0
  await Promise.all(
    Array.from({ length: POSTGRES_CONNECTIONS }, async () => {
      while (performance.now() - from < RAW_MS) {
        await pool.query('insert into raw (said) values ($1)', ['x'.repeat(200)])
        count += 1
      }
    }),
  )
  const rate = (count * 1000) / (performance.now() - from)
  await pool.end()
  return rate
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

function table(figures: readonly Figures[]): string {
  const rows: readonly (readonly [string, (figure: Figures) => string])[] = [
    ['raw commits per second', ({ rawCommitsPerSecond }) => String(rawCommitsPerSecond)],
    ['tickets per second, webhook to card', ({ ticketsPerSecond }) => String(ticketsPerSecond)],
    ['  as share of raw commits (aim 15 %)', ({ ratio }) => `${round(ratio * 100)} %`],
    ['click to ack p50, tickets pouring in', ({ clickP50Ms }) => `${clickP50Ms} ms`],
    ['click to ack p99 (aim 200 ms)', ({ clickP99Ms }) => `${clickP99Ms} ms`],
    ['webhooks sent again', ({ sentAgain }) => String(sentAgain)],
    ['memory at start', ({ memoryMbAtStart }) => `${memoryMbAtStart} MB`],
    ['memory at the end', ({ memoryMb, tickets }) => `${memoryMb} MB after ${tickets} tickets`],
  ]
  return [
    `${''.padEnd(40)}${figures.map(({ database }) => database.padStart(26)).join('')}`,
    ...rows.map(([name, read]) => `${name.padEnd(40)}${figures.map((figure) => read(figure).padStart(26)).join('')}`),
  ].join('\n')
}

async function main(): Promise<void> {
  if (values.help) return note(USAGE)
  const total = Number(values.tickets)
  if (!Number.isInteger(total) || total < 1) throw new Error(`--tickets ${values.tickets} is not a number of tickets.`)
  if (!['sqlite', 'postgres', 'both'].includes(values.database))
    throw new Error(`--database ${values.database}: choose sqlite, postgres or both.`)
  const figures: Figures[] = []
  if (values.database !== 'postgres') {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
    try {
      figures.push(
        await measure('sqlite', `sqlite:${join(folder, 'bench.db')}`, rawSqlite(join(folder, 'raw.db')), total),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  if (values.database !== 'sqlite') {
    const server = await startPostgres()
    try {
      const raw = await rawPostgres(await createPostgresDatabase(server.url, 'raw'))
      figures.push(await measure('postgres', await createPostgresDatabase(server.url, 'bench'), raw, total))
    } finally {
      await server.stop()
    }
  }
  note(table(figures))
  process.stdout.write(`${JSON.stringify({ cores: cpus().length, figures })}\n`)
}

await main()
