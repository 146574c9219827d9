import type { KnownBlock } from '@slack/types'
import { WebAPIPlatformError, type WebClient } from '@slack/web-api'
import type { Log } from '../ports.ts'
import { noticeView } from './modals/notice.ts'

interface Whisper {
  readonly text: string
  readonly blocks?: readonly KnownBlock[] | undefined
}

/** Where somebody can be told something that only they see; at least one way should be there. */
export interface Ear {
  readonly user: string
  readonly channel?: string | undefined
  readonly responseUrl?: string | undefined
  /** The last resort, and the only way on the Home tab: a window. Slack forgets a trigger after three seconds. */
  readonly triggerId?: string | undefined
}

/** Tells one person something: resolves with whether anybody can have heard it. */
export type WhisperTo = (ear: Ear, whisper: Whisper) => Promise<boolean>

/**
 * `ephemeral` posts in the channel; `respond` uses the address Slack gave with the gesture (works where the bot is no
 * member, for 30 minutes). Each is the other's fallback, and a window that of both. A whisper that cannot be delivered is logged, never retried.
 */
export function whisperer(options: {
  readonly client: WebClient
  readonly log: Log
  readonly timeoutMs: number
  readonly first: 'ephemeral' | 'respond'
}): WhisperTo {
  const { client, log, timeoutMs, first } = options

  const ephemeral = async ({ user, channel }: Ear, { text, blocks }: Whisper): Promise<boolean> => {
    if (!channel) return false
    await client.chat.postEphemeral({ channel, user, text, ...(blocks ? { blocks: [...blocks] } : {}) })
    return true
  }
  const respond = async ({ responseUrl }: Ear, { text, blocks }: Whisper): Promise<boolean> => {
    if (!responseUrl) return false
    const body = { response_type: 'ephemeral', replace_original: false, text, ...(blocks ? { blocks } : {}) }
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
    return response.ok
  }

  const open = async ({ triggerId }: Ear, { text }: Whisper): Promise<boolean> => {
    if (!triggerId) return false
    await client.views.open({ trigger_id: triggerId, view: noticeView(text) })
    return true
  }

  return async (ear, whisper) => {
    const ways = first === 'respond' ? [respond, ephemeral, open] : [ephemeral, respond, open]
    for (const way of ways) {
      try {
        if (await way(ear, whisper)) return true
      } catch (error) {
        log.info({ reason: codeOf(error) }, 'whisper failed one way')
      }
    }
    log.warn({ user: ear.user }, 'whisper reached nobody')
    return false
  }
}

/** Slack's error code, or the kind of error. */
export const codeOf = (error: unknown): string => {
  if (error instanceof WebAPIPlatformError) return error.data.error
  return error instanceof Error ? error.name : 'unknown error'
}
