import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LogLevel, WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import type { SlackWorkspace } from '../../src/playground/workspace/contract.ts'
import type { Fields } from '../../src/playground/workspace/model.ts'

/** What an app answers in its acknowledgement; nothing when it has nothing to say. */
export type Answer = (payload: Fields) => unknown

export interface LittleApp {
  readonly web: WebClient
  /** Payloads in the order they came, each with a good signature. */
  readonly heard: Fields[]
  answer(how: Answer): void
}

/** An app of the test behind our Slack: it writes down what it is sent. Stops with its test. */
export async function littleApp(slack: SlackWorkspace, signingSecret: string): Promise<LittleApp> {
  const heard: Fields[] = []
  let answer: Answer = () => undefined

  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    if (!isSigned(request, body, signingSecret)) {
      response.writeHead(401).end()
      return
    }
    const payload = payloadIn(request, body)
    heard.push(payload)
    const answered = await answer(payload)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(answered === undefined ? '' : JSON.stringify(answered))
  }
  const server = createServer((request, response) => {
    hear(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)

  const { botToken, slackApiUrl } = slack.app
  return {
    web: new WebClient(botToken, { slackApiUrl, logLevel: LogLevel.ERROR }),
    heard,
    answer(how) {
      answer = how
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Slack's v0 signature, made anew. */
function isSigned({ headers }: IncomingMessage, body: string, secret: string): boolean {
  const hmac = createHmac('sha256', secret).update(`v0:${String(headers['x-slack-request-timestamp'])}:${body}`)
  return headers['x-slack-signature'] === `v0=${hmac.digest('hex')}`
}

function payloadIn({ headers }: IncomingMessage, body: string): Fields {
  if (headers['content-type']?.includes('json')) return JSON.parse(body) as Fields
  const form = new URLSearchParams(body)
  return (form.has('payload') ? JSON.parse(form.get('payload') ?? '') : Object.fromEntries(form)) as Fields
}
