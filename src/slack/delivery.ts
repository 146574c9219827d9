import { createHash } from 'node:crypto'
import * as z from 'zod'
import { RejectedError } from '../errors.ts'
import type { InboxKind } from '../ports.ts'

/** Something Slack sent us, by HTTP or Socket Mode alike. */
export interface Delivery {
  readonly kind: Exclude<InboxKind, 'webhook'>
  /** The same key is the same thing, however often and over whichever way it comes. */
  readonly key: string
  readonly body: Readonly<Record<string, unknown>>
  /** `answer`: Slack waits for what the handler says. `unstored`: that, and it changes nothing. `none`: nobody waits. */
  readonly waitsFor: 'none' | 'answer' | 'unstored'
}

const text = z.string().optional().catch(undefined)
const Event = z.object({
  event_id: text,
  team_id: text,
  api_app_id: text,
  event: z.object({ type: z.string(), subtype: text, channel: text, ts: text }),
})
const Interaction = z.object({
  type: z.string(),
  trigger_id: text,
  team: z.object({ id: text }).nullish(),
  enterprise: z.object({ id: text }).nullish(),
  user: z.object({ id: z.string() }),
  actions: z
    .array(z.object({ action_id: text, action_ts: text }))
    .optional()
    .catch(undefined),
})
const Command = z.object({ command: z.string(), user_id: z.string(), team_id: text, trigger_id: text })

/** Reads the body of a verified HTTP request. RejectedError (400) says what cannot be read. */
export function parseRequest(rawBody: string, contentType: string): Readonly<Record<string, unknown>> {
  if (!contentType.includes('application/x-www-form-urlencoded')) return parseJson(rawBody)
  const form = Object.fromEntries(new URLSearchParams(rawBody))
  return form.payload === undefined ? form : parseJson(form.payload)
}

/** Sorts a body and names it. RejectedError (400) for what is none of events, interactions and commands. */
export function toDelivery(body: Readonly<Record<string, unknown>>): Delivery {
  if (body.type === 'event_callback') {
    const { event_id, team_id, api_app_id, event } = read(Event, body, 'event')
    // One message can come as several events with ids of their own (node-slack-sdk#2141).
    const isMessage = event.type === 'message' && event.subtype === undefined && event.channel && event.ts
    const key = isMessage
      ? ['message', api_app_id, team_id, event.channel, event.ts]
      : ['event', event_id ?? hash(body)]
    return { kind: 'slack_event', key: join(key), body, waitsFor: 'none' }
  }
  if (typeof body.command === 'string') {
    const { user_id, team_id, trigger_id } = read(Command, body, 'command')
    const key = join(['command', team_id, user_id, trigger_id ?? hash(body)])
    return { kind: 'slack_command', key, body, waitsFor: 'none' }
  }
  if (typeof body.type !== 'string')
    throw new RejectedError('The body is neither an event, nor an interaction, nor a command.')

  const { type, trigger_id, team, enterprise, user, actions } = read(Interaction, body, 'interaction')
  if (type === 'block_suggestion') return { kind: 'slack_interaction', key: hash(body), body, waitsFor: 'unstored' }
  const [action] = actions ?? []
  const gesture = action?.action_ts ? [action.action_id, action.action_ts] : [trigger_id ?? hash(body)]
  const key = join([type, team?.id ?? enterprise?.id, user.id, ...gesture])
  return { kind: 'slack_interaction', key, body, waitsFor: type === 'view_submission' ? 'answer' : 'none' }
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new RejectedError('The body is not JSON.', { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new RejectedError('The body is not a JSON object.')
  return parsed as Record<string, unknown>
}

function read<Shape>(shape: z.ZodType<Shape>, body: unknown, what: string): Shape {
  const result = shape.safeParse(body)
  if (result.success) return result.data
  const fault = result.error.issues[0]
  throw new RejectedError(`The ${what} cannot be read: ${fault?.path.join('.')}: ${fault?.message}.`)
}

const join = (parts: readonly (string | undefined)[]): string => `slack:${parts.map((part) => part ?? '-').join(':')}`

const hash = (body: unknown): string => createHash('sha256').update(JSON.stringify(body)).digest('hex')
