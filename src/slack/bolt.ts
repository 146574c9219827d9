import { App, type BlockAction, type ViewSubmitAction } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { type TicketId, ticketId } from '../core/ids.ts'
import { msBetween, type Timestamp } from '../core/time.ts'
import { crashPoint } from '../lib/fault-injection.ts'
import type { Clock, Directory, Inbox, Log, PolicyStore, TicketStore } from '../ports.ts'
import { type Action, actionWireId, type FormContext } from './action.ts'
import { ACTIONS } from './actions/index.ts'
import { answerCommand } from './answer-command.ts'
import { LIMITS } from './cards/blocks.ts'
import { parseButtonValue } from './cards/buttons.ts'
import { formValues } from './form-values.ts'
import { namesOf, performAction, refusalOf } from './perform-action.ts'
import { keyOfMessage } from './post-key.ts'
import { quietLogger } from './quiet-logger.ts'
import { type DeliveryContext, type SlackReceiver, slackReceiver } from './receiver.ts'
import { codeOf, whisperer } from './whisper.ts'

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
  readonly inbox: Inbox
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

const INTERACTIVE_MS = 2_500
/** Slack forgets a trigger after three seconds. */
const TRIGGER_MS = 3_000
const TRIGGER_GONE = ['expired_trigger_id', 'trigger_expired', 'exchanged_trigger_id', 'trigger_exchanged']

/** Bolt with every listener of the shelves, behind a receiver that stores before it acknowledges. */
export function slackApp(deps: SlackAppDeps): SlackApp {
  const { botToken, clock, log, directory, policies, tickets } = deps
  const inbound = slackReceiver(deps)
  const apiUrl = deps.apiUrl ?? 'https://slack.com/api/'
  const clientOptions = { slackApiUrl: apiUrl, timeout: INTERACTIVE_MS, retryConfig: { retries: 0 } }
  // One client for what people wait for: a rate limit on posts must not eat a trigger.
  const interactive = new WebClient(botToken, {
    ...clientOptions,
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 100,
    logger: quietLogger(log, 'web client'),
  })
  const whisper = whisperer({ client: interactive, log, timeoutMs: INTERACTIVE_MS, first: 'ephemeral' })
  const answer = whisperer({ client: interactive, log, timeoutMs: INTERACTIVE_MS, first: 'respond' })

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

  const formContext = async (): Promise<FormContext | undefined> => {
    const [nameOf, teams, agents, policy] = await Promise.all([
      namesOf(directory),
      directory.teams(),
      directory.agents(),
      policies.current(),
    ])
    return policy && { nameOf, teams, agents, policy }
  }

  const openForm = async (action: Action, click: OpenClick): Promise<string | undefined> => {
    const { ticket, slackUser, triggerId, receivedAt } = click
    const refused = await refusalOf(action, { ticket, slackUser }, deps)
    if (refused) return refused
    const context = await formContext()
    if (!context) return 'There is no policy yet. An admin imports one with “waybill policy import”.'
    if (!action.form || !isFresh(receivedAt)) return clickAgain(action)
    const view = action.form.view(await tickets.get(ticket), context)
    try {
      await interactive.views.open({ trigger_id: triggerId, view })
      return undefined
    } catch (error) {
      const code = codeOf(error)
      log.warn({ action: action.id, code }, 'form could not be opened')
      return TRIGGER_GONE.includes(code) ? clickAgain(action) : `${clickAgain(action)} (${code})`
    }
  }

  for (const action of ACTIONS) {
    app.action<BlockAction>(
      { type: 'block_actions', action_id: actionWireId(action.id) },
      async ({ ack, body, action: clicked, context }) => {
        await ack()
        const carried = clicked.type === 'button' ? parseButtonValue(clicked.value ?? '') : undefined
        const ear = { user: body.user.id, channel: body.channel?.id, responseUrl: body.response_url }
        if (!carried) return void (await whisper(ear, { text: 'This button belongs to no ticket any more.' }))

        const { inboxKey, receivedAt } = context as DeliveryContext
        const click = { ticket: carried.ticket, slackUser: body.user.id }
        const refused = action.form
          ? await openForm(action, {
              ...click,
              triggerId: body.trigger_id,
              receivedAt: receivedAt ?? clock.now(),
            })
          : await performAction(action, click, deps, inboxKey ? { inboxKey } : {})
        if (refused === undefined) return
        await whisper(ear, { text: refused })
        await refreshIfStale(carried)
      },
    )

    const { form } = action
    if (!form) continue
    app.view<ViewSubmitAction>(actionWireId(action.id), async ({ ack, body, view, context }) => {
      const { inboxKey, receivedAt } = context as DeliveryContext
      const ticket = ticketId(view.private_metadata)
      const slackUser = body.user.id
      const [firstField] = Object.keys(view.state.values)
      const wrong = async (errors: Readonly<Record<string, string>>) => {
        await ack({ response_action: 'errors', errors: { ...errors } })
        // Taken up again after a restart: the form is gone, so its errors are whispered.
        if (!isFresh(receivedAt)) await tell(slackUser, ticket, Object.values(errors).join(' '))
      }

      const drawn = await formContext()
      const unseen = await refusalOf(action, { ticket, slackUser }, deps)
      if (unseen !== undefined || !drawn)
        return wrong({ [firstField ?? 'team']: unseen ?? 'There is no policy any more.' })
      const parsed = form.parse(formValues(view.state.values), await tickets.get(ticket), drawn)
      if ('errors' in parsed) return wrong(parsed.errors)
      const { answers } = parsed
      const refused = await refusalOf(action, { ticket, slackUser, answers }, deps)
      if (refused) return wrong({ [firstField ?? 'team']: refused })

      crashPoint('slack.submit.before-ack')
      await ack()
      crashPoint('slack.submit.after-ack')
      const late = await performAction(action, { ticket, slackUser, answers }, deps, inboxKey ? { inboxKey } : {})
      if (late) await tell(slackUser, ticket, late)
    })
  }

  // A link: Slack reports the click, and there is nothing to do.
  app.action('waybill:open-card', async ({ ack }) => ack())

  app.command('/waybill', async ({ ack, command }) => {
    await ack()
    const said = await answerCommand(command.text, command.user_id, deps)
    crashPoint('slack.command.before-answer')
    await answer({ user: command.user_id, channel: command.channel_id, responseUrl: command.response_url }, said)
  })

  app.event('message_metadata_posted', async ({ event, body }) => {
    const { metadata, channel_id: channel, message_ts: ts, app_id: appId } = event
    await deps.seenPost?.({ channel, ts, key: keyOfMessage({ metadata }), byUs: appId === body.api_app_id })
  })

  async function refreshIfStale({ ticket, version }: { ticket: TicketId; version: number }) {
    const current = await tickets.get(ticket).catch(() => undefined)
    if (current && current.version !== version) await deps.refreshCard?.(ticket)
  }

  /** A form has no channel of its own: its person is told where the ticket is. */
  async function tell(user: string, ticket: TicketId, text: string): Promise<void> {
    const team = (await tickets.get(ticket).catch(() => undefined))?.team
    const channel = team ? (await directory.team(team))?.channel : (await policies.current())?.triageChannel
    await whisper({ user, channel }, { text })
  }

  function isFresh(receivedAt: Timestamp | undefined): boolean {
    return receivedAt === undefined || msBetween(receivedAt, clock.now()) <= TRIGGER_MS
  }

  return { ...inbound, stop: () => inbound.idle() }
}

interface OpenClick {
  readonly ticket: TicketId
  readonly slackUser: string
  readonly triggerId: string
  readonly receivedAt: Timestamp
}

const clickAgain = ({ label }: Action): string =>
  `That took too long for Slack to open the form. Please click ${label.slice(0, LIMITS.buttonText)} again.`
