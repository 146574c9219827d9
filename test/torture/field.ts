import { setTimeout as sleep } from 'node:timers/promises'
import type { PlantedBug } from '../../src/lib/fault-injection.ts'
import type { FaultPlan } from '../../src/playground/workspace/faults.ts'
import { type SlackWorkspace, slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import type { OutboxTimings } from '../../src/slack/outbox.ts'
import { type Board, board } from '../support/board.ts'
import { type BotProcess, type Orders, startBot } from '../support/bot-process.ts'
import { type PlainSql, plainSql } from '../support/plain-sql.ts'
import { sendWebhook } from '../support/webhooks.ts'
import { CHANNELS, FEW_TOPICS, PEOPLE, policyDocument, SIGNING_SECRET, WEBHOOK_SECRET } from '../support/workplace.ts'
import type { DatabaseKind } from './crash-points.ts'
import { jobsLeft } from './queries.ts'

/** The product's times, shortened so that all of them pass in seconds. */
export const TIMINGS: OutboxTimings = {
  timeoutMs: 400,
  leaseMs: 800,
  quarantineMs: 400,
  urgentQuarantineMs: 0,
  sweepsMs: [700, 2_000, 6_000],
  coalesceMs: 100,
  retryMs: 100,
  unreadableMs: 3_000,
  tokenMs: 1_000,
}

/** Shorter than the last sweep, or nobody would look for what landed last. */
export const LATE_MS = 1_500
const HISTORY_LAG_MS = 250

/** What a person did to a ticket, and whether Slack told them it went through. */
export interface Deed {
  readonly kind: 'accept' | 'resolve' | 'escalate' | 'reassign' | 'acknowledge' | 'hand-back' | 'undo'
  readonly person: string
  attempts: number
  acked: boolean
  /** The form said no, in words. */
  refused: boolean
}

export interface Input {
  /** In the subject, so that the ticket and its cards can be told apart by anybody. */
  readonly token: string
  readonly subject: string
  readonly body: string
  acked: boolean
  deliveries: number
  readonly deeds: Deed[]
}

export interface FieldOptions {
  readonly name: string
  readonly kind: DatabaseKind
  readonly url: string
  readonly faults: FaultPlan | undefined
  readonly echo?: boolean
  readonly timings?: Partial<OutboxTimings>
}

/** One database and one Slack that outlive the bots killed on them, and everything that was sent and clicked. */
export interface Field {
  readonly name: string
  readonly kind: DatabaseKind
  readonly slack: SlackWorkspace
  readonly faults: FaultPlan | undefined
  readonly board: Board
  readonly sql: PlainSql
  readonly inputs: Input[]
  /** Faults so far that were not meant, such as a bot that ended by itself. */
  readonly accidents: string[]
  readonly counts: { kills: number; randomKills: number; lives: number }
  /** Bots that are up, the newest last. */
  readonly bots: readonly BotProcess[]
  /** Starts a bot. It may be dead before it listens. */
  start(
    orders?: Pick<Orders, 'crashAt' | 'pauseAt' | 'bugs' | 'shared'> & { readonly policy?: boolean },
  ): Promise<BotProcess>
  /** SIGKILL at a moment nobody chose. */
  killAtRandom(bot: BotProcess): Promise<void>
  /** Sends a ticket until it is accepted, then up to two times more. */
  send(input: Omit<Input, 'acked' | 'deliveries' | 'deeds'>, extra: number): Promise<Input>
  newToken(): string
  /** Resolves when a bot listens. */
  awake(): Promise<unknown>
  /** Waits until nothing is left to do; what was left when `timeoutMs` were over, else undefined. */
  rest(timeoutMs: number): Promise<string | undefined>
  close(): Promise<void>
}

const BETWEEN_TRIES_MS = 40
const LONGEST_SENDING_MS = 90_000

export async function openField(options: FieldOptions): Promise<Field> {
  const { name, kind, url, faults } = options
  const slack = await slackWorkspace({
    people: PEOPLE,
    channels: CHANNELS,
    signingSecret: `${SIGNING_SECRET}-${name}`,
    historyLagMs: HISTORY_LAG_MS,
    eventRetryDelaysMs: [0, 200, 1_000],
    ...(faults && { faults }),
    ...(options.echo !== undefined && { echo: options.echo }),
  })
  const environment = {
    DATABASE_URL: url,
    PORT: '0',
    LOG_LEVEL: 'warn',
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_API_URL: slack.app.slackApiUrl,
    WEBHOOK_SECRET,
  }
  const bots: BotProcess[] = []
  const inputs: Input[] = []
  const accidents: string[] = []
  const counts = { kills: 0, randomKills: 0, lives: 0 }
  const meant = new WeakSet<BotProcess>()
  let reader: PlainSql | undefined
  let place: string | undefined
  let tokens = 0

  const field: Field = {
    name,
    kind,
    slack,
    faults,
    board: board(() => slack.ledger, slack.app.botUserId),
    get sql() {
      reader ??= plainSql(url)
      return reader
    },
    inputs,
    accidents,
    counts,
    bots,

    async start({ policy = true, ...faults } = {}) {
      counts.lives += 1
      const bot = startBot({
        environment,
        timings: { ...TIMINGS, ...options.timings },
        sweepSeconds: 1,
        unfinishedMs: 1_000,
        ...(policy && { policy: policyDocument({ topics: FEW_TOPICS }) }),
        ...faults,
      })
      void bot.exited.then(({ code, signal }) => {
        bots.splice(bots.indexOf(bot), 1)
        if (bots.length === 0) turnTo(undefined)
        if (signal === 'SIGKILL' && !meant.has(bot)) counts.kills += 1
        else if (signal !== 'SIGKILL' && code !== 0)
          accidents.push(`a bot ended by itself (${signal ?? code}):\n${bot.complaints()}`)
      })
      bots.push(bot)
      const listening = await bot.url
      if (listening !== undefined) turnTo(listening)
      return bot
    },

    async killAtRandom(bot) {
      if (!bot.running) return
      meant.add(bot)
      counts.randomKills += 1
      await bot.kill()
    },

    awake: () => slack.until(() => place !== undefined, LONGEST_SENDING_MS),

    newToken() {
      tokens += 1
      return `T-${name}-${tokens}`
    },

    async send({ token, subject, body }, extra) {
      const input: Input = { token, subject, body, acked: false, deliveries: 0, deeds: [] }
      inputs.push(input)
      const once = async () => {
        input.deliveries += 1
        // Every third delivery comes under a new name, as from a sender that does not keep its own.
        const delivery = input.deliveries % 3 === 0 ? `${token}-again-${input.deliveries}` : token
        const message = { id: token, delivery, secret: WEBHOOK_SECRET, subject, body, from: 'customer@example.com' }
        return place !== undefined && (await sendWebhook(place, message))
      }
      const giveUpAt = Date.now() + LONGEST_SENDING_MS
      while (!(await once())) {
        if (Date.now() > giveUpAt) throw new Error(`${token} was not taken within ${LONGEST_SENDING_MS} ms.`)
        await sleep(BETWEEN_TRIES_MS)
        await field.awake()
      }
      input.acked = true
      for (let again = 0; again < extra; again += 1) await once()
      return input
    },

    async rest(timeoutMs) {
      const giveUpAt = Date.now() + timeoutMs
      let late = 0
      let lateSince = Date.now()
      let quiet = 0
      let left = ''
      while (quiet < 3) {
        if (Date.now() > giveUpAt) return left
        await sleep(100)
        const landing = slack.ledger.faults['late-landing'] ?? 0
        if (landing !== late) {
          late = landing
          lateSince = Date.now()
        }
        const unfinished = await jobsLeft(field)
        if (slack.pendingDeliveries > 0) unfinished.push(`${slack.pendingDeliveries} deliveries of Slack`)
        if (Date.now() - lateSince < LATE_MS + 200) unfinished.push('a call that may land late')
        left = unfinished.join(', ')
        quiet = left === '' ? quiet + 1 : 0
      }
      return undefined
    },

    async close() {
      for (const bot of bots.slice()) {
        meant.add(bot)
        await bot.kill()
      }
      await reader?.close()
      await slack.close()
    },
  }

  function turnTo(listening: string | undefined): void {
    place = listening
    slack.deliverTo(listening && `${listening}/slack/events`)
  }

  return field
}

export const ALL_BUGS: readonly PlantedBug[] = [
  'ack-before-commit',
  'retry-on-ambiguity',
  'no-quarantine',
  'no-sweep',
  'no-compare-and-set',
  'no-fence',
]
