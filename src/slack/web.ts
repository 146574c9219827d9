import type { KnownBlock, MessageAttachment } from '@slack/types'
import {
  type FetchFunction,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api'
import type { Log } from '../ports.ts'
import { quietLogger } from './quiet-logger.ts'

/** What can be posted. */
export interface Message {
  /** Notification, and what a screen reader says. */
  readonly text: string
  readonly blocks?: readonly KnownBlock[]
  readonly attachments?: readonly MessageAttachment[]
  readonly metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, string | number>> }
}

/**
 * What a failed call means for the outbox. `maybe`: it may have taken effect. All others surely took none:
 * `later` is worth another try, `token` needs an operator, `place` (channel or person), `content` and `missing` (the
 * message is not there any more) stay as they are for good.
 */
export type Fate = 'maybe' | 'later' | 'token' | 'place' | 'content' | 'missing'

export interface Failure {
  readonly ok: false
  readonly fate: Fate
  readonly error: string
  /** As Slack asked in Retry-After. */
  readonly retryAfterMs?: number
}

/** Whether the same call may succeed another time. */
export const mayPass = ({ fate }: Failure): boolean => fate === 'maybe' || fate === 'later' || fate === 'token'

export type Answer<Result> = ({ readonly ok: true } & Result) | Failure

/** A message as history shows it. */
export interface SeenMessage {
  readonly ts: string
  readonly botId: string | undefined
  readonly metadata: { readonly event_type?: string; readonly event_payload?: unknown } | undefined
  /** block_id of the first block, also inside an attachment. */
  readonly blockId: string | undefined
  readonly text: string
  /** Those of its attachments too. */
  readonly blocks: readonly Readonly<Record<string, unknown>>[]
}

export interface HistoryPage {
  readonly messages: readonly SeenMessage[]
  /** `undefined` on the last page. */
  readonly cursor: string | undefined
}

export interface Identity {
  readonly botId: string
  readonly userId: string
  /** Address of the workspace, with a slash at the end; empty when Slack did not say. */
  readonly url: string
}

/** Address of a message; `url` is the workspace's. */
export const linkTo = (url: Identity['url'], channel: string, ts: string): string =>
  `${url}archives/${channel}/p${ts.replace('.', '')}`

/** The few Web API methods the outbox needs. Each makes one HTTP request at most and never rejects. */
export interface SlackWeb {
  /** The bot this token speaks for; asked once. */
  identity(): Promise<Answer<Identity>>
  post(channel: string, message: Message): Promise<Answer<{ readonly ts: string; readonly channel: string }>>
  update(channel: string, ts: string, message: Message): Promise<Answer<object>>
  remove(channel: string, ts: string): Promise<Answer<object>>
  /** One page of a channel's messages not older than `oldest` (a Slack ts). */
  history(channel: string, oldest: string, cursor: string | undefined): Promise<Answer<HistoryPage>>
  /** Whether anybody answered in the thread of this message. */
  hasReplies(channel: string, ts: string): Promise<Answer<{ readonly replied: boolean }>>
  /** The direct conversation with a person. */
  openDm(user: string): Promise<Answer<{ readonly channel: string }>>
}

const PAGE = 200

/** `apiUrl` ends with a slash. A call that has no answer after `timeoutMs` counts as `maybe`. */
export function slackWeb(options: {
  readonly token: string
  readonly log: Log
  readonly apiUrl?: string
  readonly timeoutMs?: number
}): SlackWeb {
  const client = new WebClient(options.token, {
    slackApiUrl: options.apiUrl ?? 'https://slack.com/api/',
    timeout: options.timeoutMs ?? 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // The outbox counts its lease from the claim: a request must not wait in the client's own queue.
    maxRequestConcurrency: 1_000,
    logger: quietLogger(options.log, 'outbox'),
    fetch: fetchWithRetryAfter,
  })

  let self: Identity | undefined

  return {
    identity: () =>
      answer(async () => {
        if (self) return { ok: true, ...self }
        const { bot_id: botId, user_id: userId, url } = await client.auth.test()
        if (!botId || !userId) return unproven('auth.test')
        self = { botId, userId, url: url ?? '' }
        return { ok: true, ...self }
      }),

    post: (channel, message) =>
      answer(async () => {
        const said = await client.chat.postMessage({ channel, ...plain(message), ...NO_FRILLS })
        if (!said.ts || !said.channel) return unproven('chat.postMessage')
        return { ok: true, ts: said.ts, channel: said.channel }
      }),

    update: (channel, ts, message) =>
      answer(async () => {
        await client.chat.update({ channel, ts, ...plain(message), parse: 'none', link_names: false })
        return { ok: true }
      }),

    remove: (channel, ts) =>
      answer(async () => {
        await client.chat.delete({ channel, ts })
        return { ok: true }
      }),

    history: (channel, oldest, cursor) =>
      answer(async () => {
        const from = { channel, oldest, inclusive: true, include_all_metadata: true, limit: PAGE }
        const said = await client.conversations.history(cursor ? { ...from, cursor } : from)
        const next = said.response_metadata?.next_cursor || undefined
        if (!said.messages || (said.has_more && !next)) return unproven('conversations.history')
        return { ok: true, messages: said.messages.map(toSeen), cursor: next }
      }),

    hasReplies: (channel, ts) =>
      answer(async () => {
        const { messages } = await client.conversations.replies({ channel, ts, limit: 2 })
        return messages ? { ok: true, replied: messages.length > 1 } : unproven('conversations.replies')
      }),

    openDm: (user) =>
      answer(async () => {
        const { channel } = await client.conversations.open({ users: user })
        return channel?.id ? { ok: true, channel: channel.id } : unproven('conversations.open')
      }),
  }
}

const NO_FRILLS = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const

const plain = ({ text, blocks, attachments, metadata }: Message) => ({
  text,
  // An edit that leaves one of them out would keep what stood there.
  blocks: [...(blocks ?? [])],
  attachments: [...(attachments ?? [])],
  ...(metadata && { metadata: { event_type: metadata.event_type, event_payload: { ...metadata.event_payload } } }),
})

const unproven = (method: string): Failure => ({
  ok: false,
  fate: 'maybe',
  error: `${method} said ok without saying what it did`,
})

async function answer<Result>(call: () => Promise<Answer<Result>>): Promise<Answer<Result>> {
  try {
    return await call()
  } catch (error) {
    return failureOf(error)
  }
}

/** Sorts an error of the client by what it proves. Whatever is not known to be harmless is `maybe`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError)
    return { ok: false, fate: 'later', error: 'ratelimited', retryAfterMs: error.retryAfter * 1_000 }
  if (error instanceof WebAPIHTTPError) return { ok: false, fate: 'maybe', error: `HTTP ${error.statusCode}` }
  if (error instanceof WebAPIPlatformError) return refusal(error.data.error)
  if (error instanceof WebAPIRequestError && neverSent(error.original))
    return { ok: false, fate: 'later', error: `not sent: ${reasonOf(error.original)}` }
  return { ok: false, fate: 'maybe', error: reasonOf(error instanceof WebAPIRequestError ? error.original : error) }
}

/** Slack says of the first two that the operation may have succeeded in part; the others are its gateways speaking. */
const AMBIGUOUS = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']

const FATES: readonly (readonly [Fate, readonly string[]])[] = [
  ['maybe', AMBIGUOUS],
  [
    'token',
    [
      'invalid_auth',
      'not_authed',
      'account_inactive',
      'token_revoked',
      'token_expired',
      'missing_scope',
      'no_permission',
      'org_login_required',
      'ekm_access_denied',
      'access_denied',
      'two_factor_setup_required',
      'not_allowed_token_type',
      'team_access_not_granted',
    ],
  ],
  [
    'place',
    [
      'channel_not_found',
      'is_archived',
      'not_in_channel',
      'restricted_action',
      'restricted_action_read_only_channel',
      'channel_type_not_supported',
      'is_inactive',
      'user_disabled',
      'user_not_found',
      'users_not_found',
      'user_not_visible',
      'cannot_dm_bot',
      'messages_tab_disabled',
    ],
  ],
  [
    'content',
    [
      'invalid_blocks',
      'invalid_blocks_format',
      'invalid_attachments',
      'invalid_arguments',
      'invalid_metadata_format',
      'invalid_metadata_schema',
      'metadata_too_large',
      'metadata_must_be_sent_from_app',
      'msg_blocks_too_long',
      'msg_too_long',
      'no_text',
      'too_many_attachments',
      'attachment_payload_limit_exceeded',
    ],
  ],
  ['missing', ['message_not_found', 'thread_not_found', 'cant_update_message', 'edit_window_closed']],
]

/** The client puts a body it could not parse where the error code belongs. */
const isCode = (error: unknown): error is string => typeof error === 'string' && /^[a-z][a-z_]{1,60}$/.test(error)

function refusal(error: unknown): Failure {
  if (!isCode(error)) return { ok: false, fate: 'maybe', error: 'the answer could not be read' }
  const fate = FATES.find(([, codes]) => codes.includes(error))?.[0] ?? 'later'
  return { ok: false, fate, error }
}

const CERTIFICATE = /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)_)/

/** True only when the connection never stood, so that no byte of the request can have reached Slack. */
function neverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverSent)
  const { syscall, code } = error as NodeJS.ErrnoException
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code && CERTIFICATE.test(code))) return true
  return error.cause !== undefined && neverSent(error.cause)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && code) return code
  return error.cause instanceof Error ? reasonOf(error.cause) : error.name
}

/** A 429 without a readable Retry-After is a refusal all the same; the client would call it a plain error. */
const fetchWithRetryAfter: FetchFunction = async (url, init) => {
  const response = await fetch(url, init)
  if (response.status !== 429 || Number(response.headers.get('retry-after')) > 0) return response
  await response.body?.cancel()
  return new Response('{}', { status: 429, headers: { 'retry-after': '5' } })
}

type Blocks = readonly { readonly block_id?: string }[]

function toSeen(message: {
  readonly ts?: string
  readonly text?: string
  readonly bot_id?: string
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown }
  readonly blocks?: Blocks
  readonly attachments?: readonly { readonly blocks?: readonly unknown[] }[]
}): SeenMessage {
  const attached = (message.attachments ?? []).flatMap(({ blocks }) => (blocks ?? []) as Blocks)
  return {
    ts: message.ts ?? '',
    botId: message.bot_id,
    metadata: message.metadata,
    blockId: message.blocks?.[0]?.block_id ?? attached[0]?.block_id,
    text: message.text ?? '',
    blocks: [...(message.blocks ?? []), ...attached].map((block) => ({ ...block })),
  }
}
