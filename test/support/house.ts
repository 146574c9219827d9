import { onTestFinished } from 'vitest'
import { type App, buildApp, Settings } from '../../src/app.ts'
import { readSettings } from '../../src/config.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import type { VisibleMessage } from '../../src/playground/workspace/ledger.ts'
import { type SlackWorkspace, slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { type DatabaseKind, freshLocation } from './databases.ts'
import { silentLog } from './log.ts'
import { trainOnce } from './trained.ts'
import { sendWebhook } from './webhooks.ts'
import { CHANNELS, PEOPLE, policyDocument, SIGNING_SECRET, WEBHOOK_SECRET } from './workplace.ts'

export type Transport = 'HTTP' | 'Socket Mode'

/** The whole of Waybill in this process, with our own Slack and a small company. */
export interface House {
  readonly app: App
  readonly slack: SlackWorkspace
  readonly url: string
  /** Posts a signed webhook and waits until its ticket has a card. */
  arrives(subject: string, body: string, from?: string): Promise<Ticket>
  /** The card of a ticket that has buttons, wherever it is now. */
  card(ticket: Ticket): Promise<VisibleMessage>
  /** Waits until the ticket and its card show what the condition asks. */
  becomes(ticket: Ticket, holds: (now: Ticket) => boolean): Promise<Ticket>
  /** Where its database is. */
  readonly location: string
  /** Ends Waybill and starts it again on the same database; `meanwhile` happens in between. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
}

export async function openHouse(kind: DatabaseKind, transport: Transport = 'HTTP'): Promise<House> {
  const location = await freshLocation(kind)
  const slack = await slackWorkspace({ signingSecret: SIGNING_SECRET, people: PEOPLE, channels: CHANNELS })
  const { app: identity } = slack
  const settings = readSettings(
    {
      DATABASE_URL: location,
      PORT: '0',
      LOG_LEVEL: 'silent',
      WEBHOOK_SECRET,
      SLACK_BOT_TOKEN: identity.botToken,
      SLACK_API_URL: identity.slackApiUrl,
      ...(transport === 'HTTP' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: identity.appToken }),
    },
    Settings,
  )

  async function start() {
    const app = await buildApp(settings, {
      log: silentLog,
      groupCommitMs: 2,
      timings: { coalesceMs: 20 },
      train: trainOnce,
    })
    if (!(await app.policies.current())) {
      await app.policies.importDocument(policyDocument(), { author: 'test', reason: 'test', at: app.clock.now() })
    }
    const { url } = await app.serve()
    if (transport === 'HTTP') slack.deliverTo(`${url}/slack/events`)
    else await slack.until(() => slack.socket.connections > 0)
    return { app, url }
  }

  let running = await start()
  let deliveries = 0
  onTestFinished(async () => {
    await running.app.stop()
    await slack.close()
  })

  const settledCard = async (ticket: Ticket): Promise<VisibleMessage | undefined> => {
    const posts = await running.app.posts.ofTicket(ticket.id)
    const { version } = await running.app.tickets.get(ticket.id)
    if (posts.some(({ state, sentVersion }) => state === 'posted' && sentVersion !== version)) return undefined
    const shown = posts.filter(({ kind, state }) => kind === 'card' && state === 'posted')
    return slack.ledger
      .visible()
      .find(
        (message) => shown.some(({ ts }) => ts === message.ts) && JSON.stringify(message.blocks).includes('"actions"'),
      )
  }

  const house: House = {
    get app() {
      return running.app
    },
    get url() {
      return running.url
    },
    slack,
    location,

    async arrives(subject, body, from = 'ada@customer.example') {
      deliveries += 1
      const id = `t-${deliveries}`
      const message = { id, delivery: id, secret: WEBHOOK_SECRET, subject, body, from }
      if (!(await sendWebhook(running.url, message))) throw new Error('The webhook was not accepted.')
      const number = deliveries
      const ticket = await slack.until(async () => {
        const found = await running.app.tickets.byNumber(number)
        return found && (await settledCard(found)) ? found : undefined
      }, 20_000)
      return ticket
    },

    card: (ticket) => slack.until(() => settledCard(ticket), 20_000),

    becomes: (ticket, holds) =>
      slack.until(async () => {
        const now = await running.app.tickets.get(ticket.id)
        return holds(now) && (await settledCard(now)) ? now : undefined
      }, 20_000),

    async restart(meanwhile = async () => {}) {
      slack.deliverTo(undefined)
      await running.app.stop()
      await meanwhile()
      running = await start()
    },
  }
  return house
}
