import { App } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import type { TicketId } from '../core/ids.ts'
import type { Clock, Directory, Inbox, LessonStore, Log, PolicyStore, PostStore, TicketStore } from '../ports.ts'
import { homeTabs } from './home-tab.ts'
import { listen } from './listen.ts'
import { keyOfMessage } from './post-key.ts'
import { quietLogger } from './quiet-logger.ts'
import { type SlackReceiver, slackReceiver } from './receiver.ts'
import type { SlackWeb } from './web.ts'
import { whisperer } from './whisper.ts'

/** A message that Slack shows, as `message_metadata_posted` tells it. */
export interface SeenPost {
  readonly channel: string
  readonly ts: string
  /** The outbox key from its metadata, when it carries one. */
  readonly key: string | undefined
  /** Whether this very app wrote it: others can copy a marker, not the identity. */
  readonly byUs: boolean
}

export interface SlackAppDeps {
  readonly tickets: TicketStore
  readonly directory: Directory
  readonly policies: PolicyStore
  readonly lessons: Pick<LessonStore, 'ofTicket'>
  readonly inbox: Inbox
  readonly posts: Pick<PostStore, 'get' | 'ofTicket'>
  /** Says where the workspace is, for links to cards. */
  readonly web: Pick<SlackWeb, 'identity'>
  readonly clock: Clock
  readonly log: Log
  readonly botToken: string
  readonly signingSecret?: string | undefined
  /** Ends with a slash. */
  readonly apiUrl?: string | undefined
  /** Draws the card of this ticket anew: called when somebody clicked on one that was out of date. */
  refreshCard?(ticket: TicketId): Promise<void>
  /** A post was seen in a channel: the outbox adopts its own. */
  seenPost?(post: SeenPost): Promise<void>
}

export type SlackApp = SlackReceiver & {
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/** What people wait for has to be quick or given up. */
const INTERACTIVE_MS = 2_500

/** Bolt with every listener of the shelves, behind a receiver that stores before it acknowledges. */
export function slackApp(deps: SlackAppDeps): SlackApp {
  const { botToken, log } = deps
  const inbound = slackReceiver(deps)
  const slackApiUrl = deps.apiUrl ?? 'https://slack.com/api/'
  const clientOptions = { slackApiUrl, timeout: INTERACTIVE_MS, retryConfig: { retries: 0 } }
  const interactive = new WebClient(botToken, {
    ...clientOptions,
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 100,
    logger: quietLogger(log, 'web client'),
  })
  const whispering = { client: interactive, log, timeoutMs: INTERACTIVE_MS }

  const app = new App({
    receiver: inbound.receiver,
    // No look-up before the acknowledgement: one install serves one workspace with one token.
    authorize: async () => ({ botToken }),
    clientOptions,
    convoStore: false,
    ignoreSelf: false,
    logger: quietLogger(log, 'bolt'),
  })
  // What a listener throws reaches the receiver, which keeps the delivery and tries it again.
  app.error(async (error) => {
    throw error.original ?? error
  })
  const homes = homeTabs({
    ...deps,
    publish: async (user, view, hash) =>
      (await interactive.views.publish({ user_id: user, view, ...(hash ? { hash } : {}) })).view?.hash,
  })
  listen(app, {
    ...deps,
    interactive,
    homes,
    ticketOfPost: async (key) => (await deps.posts.get(key))?.ticketId,
    whisper: whisperer({ ...whispering, first: 'ephemeral' }),
    answer: whisperer({ ...whispering, first: 'respond' }),
    refreshCard: async (ticket) => deps.refreshCard?.(ticket),
  })
  app.event('message_metadata_posted', async ({ event, body }) => {
    const { metadata, channel_id: channel, message_ts: ts, app_id: appId } = event
    await deps.seenPost?.({ channel, ts, key: keyOfMessage({ metadata }), byUs: appId === body.api_app_id })
  })

  const idle = async () => {
    await inbound.idle()
    await homes.idle()
  }
  return { ...inbound, idle, stop: idle }
}
