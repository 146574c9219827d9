import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { board } from '../support/board.ts'
import { type BotProcess, startBot } from '../support/bot-process.ts'
import { type FrontDoor, frontDoor, type Passage } from '../support/front-door.ts'
import { createPostgresDatabase, plainSql } from '../support/plain-sql.ts'
import { startPostgres } from '../support/postgres.ts'
import { sendWebhook } from '../support/webhooks.ts'
import {
  CHANNELS,
  FEW_TOPICS,
  PEOPLE,
  policyDocument,
  SIGNING_SECRET,
  sampleTickets,
  WEBHOOK_SECRET,
  WORKERS,
  type Worker,
} from '../support/workplace.ts'

/**
 * Two people click Accept on the same card at the same moment; the two signed requests go to two different processes. One must
 * win, the other must read who did.
 */
const { values } = parseArgs({
  options: {
    races: { type: 'string', default: '200' },
    bots: { type: 'string', default: '4' },
    database: { type: 'string', default: 'both' },
    json: { type: 'boolean', default: false },
  },
})

interface Result {
  readonly database: string
  readonly races: number
  readonly winners: number
  readonly refusals: number
  /** Races in which both requests were with the bots at the same time. */
  readonly overlapping: number
  readonly atTwoProcesses: number
  readonly faults: readonly string[]
  readonly seconds: number
}

const STEP_MS = 60_000
const say = (line: string) => void process.stdout.write(`${line}\n`)

async function race(database: 'sqlite' | 'postgres', url: string, races: number, bots: number): Promise<Result> {
  const startedAt = performance.now()
  const slack = await slackWorkspace({ people: PEOPLE, channels: CHANNELS, signingSecret: SIGNING_SECRET })
  const shown = board(() => slack.ledger, slack.app.botUserId)
  const environment = {
    DATABASE_URL: url,
    PORT: '0',
    LOG_LEVEL: 'warn',
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_API_URL: slack.app.slackApiUrl,
    WEBHOOK_SECRET,
  }
  const running: BotProcess[] = []
  let door: FrontDoor | undefined
  try {
    const urls: string[] = []
    for (let count = 0; count < bots; count += 1) {
      const bot = startBot({ environment, shared: true, policy: policyDocument({ topics: FEW_TOPICS }) })
      running.push(bot)
      const listening = await bot.url
      if (listening === undefined) throw new Error(`A bot did not start:\n${bot.complaints()}`)
      urls.push(listening)
    }
    const entrance = await frontDoor(urls)
    door = entrance
    slack.deliverTo(`${entrance.url}/slack/events`)

    const tokens = Array.from({ length: races }, (_, index) => `T-race-${index + 1}`)
    const samples = sampleTickets()
    for (const [index, token] of tokens.entries()) {
      const { subject, body } = samples[index % samples.length]!
      const message = { id: token, delivery: token, secret: WEBHOOK_SECRET, from: 'customer@example.com', body }
      while (!(await sendWebhook(entrance.url, { ...message, subject: `[${token}] ${subject}` })));
    }
    await slack.until(() => tokens.every((token) => acceptable(token) !== undefined), STEP_MS * 3)

    const outcomes: { readonly fault: string | undefined; readonly passages: readonly Passage[] }[] = []
    const waiting = [...tokens]
    // Each pair has one race at a time, so that a whisper belongs to the race that was just run.
    const pairs = Array.from({ length: 4 }, (_, index) => [WORKERS[index * 2]!, WORKERS[index * 2 + 1]!] as const)
    let turn: Promise<unknown> = Promise.resolve()
    await Promise.all(
      pairs.map(async (pair) => {
        for (let token = waiting.shift(); token; token = waiting.shift()) {
          const name = token
          const clicked = turn.then(() => clickBoth(name, pair))
          turn = clicked.catch(() => undefined)
          outcomes.push(await clicked)
        }
      }),
    )

    const faults = outcomes.flatMap(({ fault }) => fault ?? [])
    const sql = plainSql(url)
    const events = await sql.rows<{ readonly token: string; readonly by: string; readonly subject: string }>(
      `select ticket_events."by", tickets.subject from ticket_events join tickets on tickets.id = ticket_events.ticket_id where ticket_events.type = 'accepted'`,
    )
    await sql.close()
    const acceptedBy = Map.groupBy(events, ({ subject }) => /\[(T-[^\]]+)\]/.exec(subject)?.[1] ?? '')
    for (const token of tokens) {
      const times = acceptedBy.get(token)?.length ?? 0
      if (times !== 1) faults.push(`${token}: accepted ${times} times in the database`)
    }
    const overlaps = ({ passages: [a, b] }: { readonly passages: readonly Passage[] }) =>
      a?.until !== undefined && b?.until !== undefined && a.from < b.until && b.from < a.until
    return {
      database,
      races,
      winners: tokens.filter((token) => acceptedBy.get(token)?.length === 1).length,
      refusals: outcomes.filter(({ fault }) => fault === undefined).length,
      overlapping: outcomes.filter(overlaps).length,
      atTwoProcesses: outcomes.filter(({ passages }) => new Set(passages.map(({ to }) => to)).size === 2).length,
      faults,
      seconds: Math.round((performance.now() - startedAt) / 1000),
    }

    /** Both clicks leave before either is answered; then the one who lost must be told who won. */
    async function clickBoth(token: string, pair: readonly [Worker, Worker]) {
      const card = acceptable(token)!
      const where = ({ channel, ts }: { readonly channel: string; readonly ts: string }) =>
        channel === card.channel && ts === card.ts
      const before = entrance.clicks.length
      const heard = new Map(pair.map(({ slack: user }) => [user, shown.whispers(user).length]))
      const answers = await Promise.all(pair.map(({ id }) => slack.as(id).click(where, 'waybill:accept')))
      const passages = entrance.clicks.slice(before, before + 2)
      if (!answers.every(({ acked }) => acked)) return { fault: `${token}: a click was not acknowledged`, passages }
      const refusedTo = ({ slack: user }: Worker, winner: Worker) =>
        shown
          .whispers(user)
          .slice(heard.get(user))
          .some((words) => words.includes(`${winner.name} took this`))
      const [first, second] = pair
      const told = await slack
        .until(() => Number(refusedTo(first, second)) + Number(refusedTo(second, first)), STEP_MS / 4)
        .catch(() => 0)
      if (told !== 1) return { fault: `${token}: ${told} of the two read who won`, passages }
      const winner = refusedTo(first, second) ? second : first
      const onCard = () => shown.cards(token).some(({ shows }) => shows.includes(`${winner.name} is on it`))
      const right = await slack.until(onCard, STEP_MS / 4).catch(() => false)
      return {
        fault: right ? undefined : `${token}: the card does not name ${winner.name}, whom the refusal named`,
        passages,
      }
    }
  } finally {
    await door?.close()
    for (const bot of running) await bot.kill()
    await slack.close()
  }

  function acceptable(token: string) {
    return shown.cards(token).find(({ controls }) => controls.some(({ actionId }) => actionId === 'waybill:accept'))
  }
}

async function main(): Promise<number> {
  const races = Number(values.races)
  const bots = Number(values.bots)
  const results: Result[] = []
  if (values.database !== 'postgres') {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-races-'))
    try {
      results.push(await race('sqlite', `sqlite:${join(folder, 'races.db')}`, races, bots))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  if (values.database !== 'sqlite') {
    const server = await startPostgres()
    try {
      results.push(await race('postgres', await createPostgresDatabase(server.url, 'races'), races, bots))
    } finally {
      await server.stop()
    }
  }

  const good = (result: Result) =>
    result.winners === races && result.refusals === races && result.faults.length === 0 && result.overlapping > 0
  for (const result of results) {
    for (const fault of result.faults.slice(0, 20)) process.stderr.write(`✗ ${result.database}: ${fault}\n`)
    if (result.overlapping === 0)
      process.stderr.write(`✗ ${result.database}: no two clicks ever met, so nothing was shown\n`)
    if (!values.json)
      say(
        `${good(result) ? '✓' : '✗'} ${result.database}: ${result.races} races, ${result.winners} winners, ${result.refusals} refusals that name the winner; ` +
          `${result.overlapping} with both requests in flight at once, ${result.atTwoProcesses} at two of ${bots} processes; ${result.seconds} s`,
      )
  }
  if (values.json) say(JSON.stringify({ ok: results.every(good), results }))
  return results.every(good) ? 0 : 1
}

process.exitCode = await main()
