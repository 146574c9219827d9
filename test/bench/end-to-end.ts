import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type RemoteWorkspace, remoteWorkspace } from '../../src/playground/workspace/remote.ts'
import type { SlackWorkspace, WorkspaceOptions } from '../../src/playground/workspace/workspace.ts'
import { startBot } from '../support/bot-process.ts'
import { type PlainSql, plainSql } from '../support/plain-sql.ts'
import { sendWebhook } from '../support/webhooks.ts'
import {
  CHANNELS,
  PEOPLE,
  policyDocument,
  SIGNING_SECRET,
  sampleTickets,
  WEBHOOK_SECRET,
  WORKERS,
} from '../support/workplace.ts'

export interface Figures {
  readonly tickets: number
  readonly cards: number
  /** From the first webhook sent to the last card posted. */
  readonly seconds: number
  readonly ticketsPerSecond: number
  readonly clicks: number
  /** What Slack measured from sending a click to its acknowledgement, while tickets poured in. */
  readonly ackP50Ms: number
  readonly ackP99Ms: number
  /** Resident memory of the bot at the end. */
  readonly memoryMb: number
}

/** Deliveries under way at the same time. */
const AT_ONCE = 32
const CLICKS_PER_SECOND = 10
const GIVE_UP_MS = 30 * 60_000

/** The real bot in its own process, our own Slack in another, this process as the one that sends and watches. */
export async function pourTickets(url: string, tickets: number, progress: (cards: number) => void): Promise<Figures> {
  const slack = await slackProcess()
  const bot = startBot({
    environment: {
      DATABASE_URL: url,
      PORT: '0',
      LOG_LEVEL: 'error',
      WEBHOOK_SECRET,
      SLACK_BOT_TOKEN: slack.app.botToken,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: slack.app.slackApiUrl,
    },
    policy: policyDocument(),
  })
  try {
    const address = await bot.url
    if (!address) throw new Error(`The bot did not start:\n${bot.complaints()}`)
    const workspace = remoteWorkspace(slack.url)
    await workspace.deliverTo(`${address}/slack/events`)
    const sql = plainSql(url)

    const startedAt = performance.now()
    const pouring = pour(address, tickets)
    const stopClicking = new AbortController()
    const clicking = clickAlong(workspace, sql, stopClicking.signal)
    const { seconds } = await lastCard(sql, tickets, startedAt, progress)
    await pouring
    stopClicking.abort()
    await clicking

    const acks = (await workspace.deliveries('block_actions')).flatMap(({ ackMs }) => ackMs ?? []).sort((a, b) => a - b)
    const cards = await postedCards(sql)
    await sql.close()
    return {
      tickets,
      cards,
      seconds,
      ticketsPerSecond: tickets / seconds,
      clicks: acks.length,
      ackP50Ms: quantile(acks, 0.5),
      ackP99Ms: quantile(acks, 0.99),
      memoryMb: await bot.memory(),
    }
  } finally {
    await bot.stop()
    await slack.stop()
  }
}

async function pour(address: string, tickets: number): Promise<void> {
  const samples = sampleTickets()
  let next = 0
  const one = async () => {
    while (next < tickets) {
      const index = next++
      const { subject, body } = samples[index % samples.length]!
      const id = `bench-${index}`
      const from = `person${index % 500}@customer${index % 50}.example`
      const message = { id, delivery: id, secret: WEBHOOK_SECRET, subject, body, from }
      while (!(await sendWebhook(address, message))) await pause(50)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

/** Accepts cards as they appear, each by a person of its channel. */
async function clickAlong(workspace: RemoteWorkspace, sql: PlainSql, signal: AbortSignal): Promise<void> {
  const under: Promise<unknown>[] = []
  let seen = 0
  while (!signal.aborted) {
    const [post] = await sql.rows<{ channel: string; ts: string }>(
      `select channel, ts from slack_posts where kind = 'card' and state = 'posted' order by intent_at limit 1 offset ${seen}`,
    )
    if (post) {
      seen += 1
      const person = WORKERS[seen % WORKERS.length]!
      const clicked = workspace
        .as(person.slack)
        .click({ channel: post.channel, ts: post.ts } as never, 'waybill:accept')
      under.push(clicked.catch(() => undefined))
    }
    await pause(1000 / CLICKS_PER_SECOND)
  }
  await Promise.all(under)
}

async function lastCard(sql: PlainSql, tickets: number, startedAt: number, progress: (cards: number) => void) {
  for (;;) {
    const cards = await postedCards(sql)
    const elapsed = performance.now() - startedAt
    progress(cards)
    if (cards >= tickets) return { seconds: elapsed / 1000 }
    if (elapsed > GIVE_UP_MS)
      throw new Error(`After ${Math.round(elapsed / 1000)} s only ${cards} of ${tickets} cards are posted.`)
    await pause(100)
  }
}

async function postedCards(sql: PlainSql): Promise<number> {
  const [row] = await sql.rows<{ n: number | string }>(
    `select count(distinct ticket_id) as n from slack_posts where kind = 'card' and state = 'posted'`,
  )
  return Number(row?.n ?? 0)
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

async function slackProcess(): Promise<{
  readonly url: string
  readonly app: SlackWorkspace['app']
  stop(): Promise<void>
}> {
  const options: WorkspaceOptions = { signingSecret: SIGNING_SECRET, people: PEOPLE, channels: CHANNELS }
  const script = new URL('../support/slack-workspace-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    ...(JSON.parse(line) as { url: string; app: SlackWorkspace['app'] }),
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
