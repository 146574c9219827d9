import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { readAsStandIn, type StandInReading } from './stand-in.ts'

/** A language model that somebody has set: an OpenAI API at `baseUrl`, which ends with its version, such as `…/v1`. */
export interface YourModel {
  readonly baseUrl: string
  readonly key: string | undefined
}

export interface ModelRelay {
  /** What the bot is given as OPENAI_BASE_URL. */
  readonly url: string
  /** While it is down every connection is cut without an answer. */
  down: boolean
  close(): Promise<void>
}

export interface RelayOptions {
  /** Asked with the stand-in when left out. */
  readonly yours?: YourModel | undefined
  /** Governs how long the stand-in thinks: 600 to 1,500 ms. */
  readonly seed: number
  /** Fixed thinking time in milliseconds instead, for tests. */
  readonly thinkMs?: number
}

const LONGEST_QUESTION = 1024 * 1024
const THINK_MS = { least: 600, most: 1_500 }

/** Stands on loopback between the bot and its language model, so that it can be taken away. The bot never sees the key. */
export async function modelRelay({ yours, seed, thinkMs }: RelayOptions): Promise<ModelRelay> {
  const dice = diceOf(seed)
  const closing = new AbortController()
  const server = createServer((request, response) => {
    if (relay.down) return void request.socket.destroy()
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy()
      say(response, 502, errorBody(`The relay could not pass this on: ${messageOf(error)}`))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([closing.signal, gone.signal])
    if (yours) return forward(yours, request, body, response, signal)

    await sleep(thinkMs ?? THINK_MS.least + dice() * (THINK_MS.most - THINK_MS.least), undefined, { signal })
    if (relay.down) return void request.socket.destroy()
    standIn(request.url ?? '', body, response)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const relay: ModelRelay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    down: false,
    async close() {
      closing.abort()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
  return relay
}

async function forward(
  { baseUrl, key }: YourModel,
  request: IncomingMessage,
  body: Buffer<ArrayBuffer>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const path = (request.url ?? '').replace(/^\/v1/u, '')
  const answer = await fetch(`${baseUrl.replace(/\/$/u, '')}${path}`, {
    method: request.method ?? 'POST',
    headers: {
      'content-type': request.headers['content-type'] ?? 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body.length > 0 ? { body } : {}),
    signal,
  })
  const passed = ['content-type', 'retry-after', 'retry-after-ms', 'x-request-id'].flatMap((name) => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  response.writeHead(answer.status, Object.fromEntries(passed))
  response.end(Buffer.from(await answer.arrayBuffer()))
}

// The stand-in: both endpoints of the OpenAI API, as far as the bot uses them

const Question = z.union([
  z.object({ model: z.string(), instructions: z.string(), input: z.string() }),
  z
    .object({ model: z.string(), messages: z.array(z.object({ role: z.string(), content: z.string() })) })
    .transform(({ model, messages }) => ({
      model,
      instructions: messages.find(({ role }) => role === 'system')?.content ?? '',
      input: messages.find(({ role }) => role === 'user')?.content ?? '',
    })),
])
const Input = z.object({ untrusted_ticket_text: z.string() })

function standIn(path: string, body: Buffer, response: ServerResponse): void {
  const isChat = path === '/v1/chat/completions'
  if (!isChat && path !== '/v1/responses') {
    say(response, 404, errorBody(`There is no ${path} here.`))
    return
  }
  const asked = asJson(body.toString('utf8'), Question)
  const ticket = asked && asJson(asked.input, Input)
  const topics = asked ? topicsIn(asked.instructions) : []
  if (!asked || !ticket || topics.length === 0) {
    say(response, 400, errorBody('The stand-in answers only what Waybill asks: topics and one ticket.'))
    return
  }
  const reading = readAsStandIn({ topics, text: ticket.untrusted_ticket_text })
  say(response, 200, isChat ? chatBody(asked.model, reading) : responsesBody(asked.model, reading))
}

/** The topics as the bot's instructions list them: `- id: Name. Description`. */
const topicsIn = (instructions: string): { id: string; description: string }[] => {
  const [, list = ''] = /\nTopics:\n((?:- .*(?:\n|$))+)/u.exec(instructions) ?? []
  return [...list.matchAll(/^- ([^:\n]+): (.*)$/gmu)].map(([, id = '', description = '']) => ({ id, description }))
}

function responsesBody(model: string, reading: StandInReading): object {
  const content = { type: 'output_text', text: JSON.stringify(reading), annotations: [] }
  return {
    id: 'resp_stand_in',
    object: 'response',
    model,
    status: 'completed',
    incomplete_details: null,
    output: [{ type: 'message', id: 'msg_stand_in', role: 'assistant', status: 'completed', content: [content] }],
  }
}

function chatBody(model: string, reading: StandInReading): object {
  const message = { role: 'assistant', content: JSON.stringify(reading), refusal: null }
  return {
    id: 'chatcmpl_stand_in',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, finish_reason: 'stop', message }],
  }
}

const errorBody = (message: string) => ({ error: { message, type: 'playground' } })

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function asJson<Read>(text: string, schema: z.ZodType<Read>): Read | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > LONGEST_QUESTION) throw new Error('the question is larger than 1 MiB')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** 0 ≤ x < 1, the same row for the same seed. */
function diceOf(seed: number): () => number {
  let thrown = 0
  return () => {
    thrown += 1
    return createHash('sha256').update(`${seed}/${thrown}`).digest().readUInt32BE(0) / 2 ** 32
  }
}
