import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import {
  type SlackWorkspace,
  slackWorkspace,
  type WorkspaceOptions,
} from '../../../src/playground/workspace/workspace.ts'

export const signingSecret = 'a-signing-secret-of-the-tests'

export const people = [
  { id: 'U0GRACE', name: 'grace', realName: 'Grace Hopper', email: 'grace@example.com', tz: 'Europe/Berlin' },
  { id: 'U0OMAR', name: 'omar', realName: 'Omar Said', email: 'omar@example.com', isAdmin: true },
  { id: 'U0GUEST', name: 'gina', realName: 'Gina Guest', email: 'gina@partner.example', guest: true },
  { id: 'U0GONE', name: 'ghost', realName: 'Gone Person', email: 'ghost@example.com', deactivated: true },
]

export const channels = [
  { id: 'C0BILLING', name: 'billing', members: ['U0GRACE', 'U0OMAR'] },
  { id: 'C0OLD', name: 'old', members: ['U0GRACE'], archived: true },
  { id: 'C0ELSEWHERE', name: 'elsewhere', members: ['U0OMAR'], withBot: false },
  { id: 'C0SECRET', name: 'secret', members: ['U0OMAR'], private: true },
]

/** A workspace that closes with its test. */
export async function aWorkspace(options: Partial<WorkspaceOptions> = {}): Promise<SlackWorkspace> {
  const workspace = await slackWorkspace({
    signingSecret,
    people,
    channels,
    eventRetryDelaysMs: [0, 5, 10],
    ...options,
  })
  onTestFinished(() => workspace.close())
  return workspace
}

const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
}

export function clientOf(workspace: SlackWorkspace, token = workspace.app.botToken): WebClient {
  const { slackApiUrl } = workspace.app
  return new WebClient(token, {
    slackApiUrl,
    retryConfig: { retries: 0 },
    timeout: 5000,
    rejectRateLimitedCalls: true,
    logger: silent,
  })
}

/** What Slack answered: the body of an `ok: false`, instead of the error the client makes of it. */
export async function answered(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    return (await call) as Record<string, unknown>
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data as unknown as Record<string, unknown>
    throw error
  }
}

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly payload: Record<string, unknown>
}

type Answer = { readonly status?: number; readonly body?: unknown } | 'reset' | 'never'

/** An app that is nothing but its address: keeps what it gets and answers as it is told. */
export async function anApp(answer: (received: Received) => Answer | Promise<Answer> = () => ({})) {
  const received: Received[] = []
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks).toString()
    const one = { headers: request.headers, raw, payload: parsed(request.headers['content-type'] ?? '', raw) }
    received.push(one)

    const said = await answer(one)
    if (said === 'never') return
    if (said === 'reset') return void response.destroy()
    const { status = 200, body } = said
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status).end(text)
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, received }
}

function parsed(type: string, raw: string): Record<string, unknown> {
  if (type.includes('json')) return JSON.parse(raw) as Record<string, unknown>
  const form = Object.fromEntries(new URLSearchParams(raw))
  return form.payload === undefined ? form : (JSON.parse(form.payload) as Record<string, unknown>)
}

export const button = (actionId: string, label: string, value = '1') => ({
  type: 'button',
  action_id: actionId,
  text: { type: 'plain_text', text: label },
  value,
})

export const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

export const modal = (blocks: readonly unknown[], more: Record<string, unknown> = {}) => ({
  type: 'modal',
  callback_id: 'form',
  title: { type: 'plain_text', text: 'A form' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks,
  ...more,
})

export const input = (blockId: string, label: string, element: Record<string, unknown>, more = {}) => ({
  type: 'input',
  block_id: blockId,
  label: { type: 'plain_text', text: label },
  element: { action_id: `${blockId}_value`, ...element },
  ...more,
})
