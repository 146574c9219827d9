import { type FetchFunction, WebClient } from '@slack/web-api'
import type { Log } from '../ports.ts'
import { quietLogger } from './quiet-logger.ts'
import { type Answer, type Failure, failureOf, linkTo } from './web.ts'

export type { Answer } from './web.ts'

/** Whom a bot token speaks for. */
export interface Bot {
  readonly team: string
  readonly name: string
  readonly userId: string
  /** Address of the workspace, with a slash at the end. */
  readonly url: string
  /** What was granted, as Slack said in `x-oauth-scopes`; `undefined` when it did not. */
  readonly scopes: readonly string[] | undefined
  /** The clock of Slack, milliseconds since 1970, from the Date header; `undefined` when there was none. */
  readonly date: number | undefined
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly isMember: boolean
  readonly isArchived: boolean
}

export interface Member {
  readonly id: string
  readonly name: string
  readonly email: string | undefined
  /** IANA name. */
  readonly timeZone: string | undefined
  readonly isDeactivated: boolean
  readonly isBot: boolean
}

/** Questions to a workspace that change nothing in it. Each has an answer within `timeoutMs` and never rejects. */
export interface Inspection {
  bot(): Promise<Answer<Bot>>
  channel(id: string): Promise<Answer<Channel>>
  /** By its name, with or without #; `found` is undefined when the bot sees none of that name. */
  channelNamed(name: string): Promise<Answer<{ readonly found: Channel | undefined }>>
  member(id: string): Promise<Answer<Member>>
  memberByEmail(email: string): Promise<Answer<Member>>
  /** The address of a message. */
  link(bot: Bot, channel: string, ts: string): string
}

interface Options {
  readonly log: Log
  /** Ends with a slash. */
  readonly apiUrl: string
  /** Five seconds when left out. */
  readonly timeoutMs?: number
}

const PAGE = 1_000
/** A workspace with more channels than this is searched by id. */
const MOST_PAGES = 20

/** Looks at a workspace with the bot's token, for people who set it up and for `doctor`. */
export function inspectSlack(token: string, options: Options): Inspection {
  let date: number | undefined
  const client = newClient(token, options, (response) => {
    const said = Date.parse(response.headers.get('date') ?? '')
    date = Number.isNaN(said) ? undefined : said
  })

  return {
    bot: () =>
      answer(async () => {
        const { team, user, user_id: userId, bot_id: botId, url, response_metadata: about } = await client.auth.test()
        if (!botId || !userId) return unreadable('auth.test')
        const scopes = about?.scopes?.filter((scope) => scope !== '')
        return { ok: true, team: team ?? '', name: user ?? '', userId, url: url ?? '', scopes, date }
      }),

    channel: (id) =>
      answer(async () => {
        const { channel } = await client.conversations.info({ channel: id })
        return channel ? { ok: true, ...toChannel(channel) } : unreadable('conversations.info')
      }),

    channelNamed: (name) =>
      answer(async () => {
        const wanted = name.replace(/^#/, '').toLowerCase()
        let cursor: string | undefined
        for (let page = 0; page < MOST_PAGES; page++) {
          const types = 'public_channel,private_channel'
          const said = await client.conversations.list({ types, limit: PAGE, ...(cursor && { cursor }) })
          const found = (said.channels ?? []).map(toChannel).find((channel) => channel.name === wanted)
          cursor = said.response_metadata?.next_cursor || undefined
          if (found || !cursor) return { ok: true, found }
        }
        return { ok: true, found: undefined }
      }),

    member: (id) =>
      answer(async () => {
        const { user } = await client.users.info({ user: id })
        return user ? { ok: true, ...toMember(user) } : unreadable('users.info')
      }),

    memberByEmail: (email) =>
      answer(async () => {
        const { user } = await client.users.lookupByEmail({ email })
        return user ? { ok: true, ...toMember(user) } : unreadable('users.lookupByEmail')
      }),

    link: ({ url }, channel, ts) => linkTo(url, channel, ts),
  }
}

/** Whether Socket Mode opens with this app-level token. Asks for an address only; nothing connects. */
export async function inspectAppToken(token: string, options: Options): Promise<Answer<object>> {
  const client = newClient(token, options)
  return answer(async () => {
    const { url } = await client.apps.connections.open()
    return url ? { ok: true } : unreadable('apps.connections.open')
  })
}

function newClient(
  token: string,
  { log, apiUrl, timeoutMs = 5_000 }: Options,
  seen: (response: Response) => void = () => undefined,
): WebClient {
  const fetchAndLook: FetchFunction = async (url, init) => {
    const response = await fetch(url, init)
    seen(response)
    return response
  }
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quietLogger(log, 'inspection'),
    fetch: fetchAndLook,
  })
}

async function answer<Result>(ask: () => Promise<Answer<Result>>): Promise<Answer<Result>> {
  try {
    return await ask()
  } catch (error) {
    return failureOf(error)
  }
}

const unreadable = (method: string): Failure => ({
  ok: false,
  fate: 'later',
  error: `${method} said ok without an answer`,
})

const toChannel = (channel: {
  readonly id?: string
  readonly name?: string
  readonly is_member?: boolean
  readonly is_archived?: boolean
}): Channel => ({
  id: channel.id ?? '',
  name: channel.name ?? '',
  isMember: channel.is_member ?? false,
  isArchived: channel.is_archived ?? false,
})

const toMember = (user: {
  readonly id?: string
  readonly name?: string
  readonly real_name?: string
  readonly tz?: string
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly profile?: { readonly email?: string; readonly real_name?: string }
}): Member => ({
  id: user.id ?? '',
  name: user.profile?.real_name || user.real_name || user.name || '',
  email: user.profile?.email,
  timeZone: user.tz,
  isDeactivated: user.deleted ?? false,
  isBot: user.is_bot ?? false,
})
