import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeOpenAiMode =
  | 'ok'
  | 'refusal'
  | 'truncated'
  | 'filtered'
  | '429'
  | '429-long'
  | '500'
  | '500-once'
  | '401'
  | 'slow'
  | 'drip'
  | 'reset'
  | 'garbage'
  | 'not-json'
  | 'empty'
  | 'wrong-enum'
  | 'out-of-range'
  | '404'
  | '404-responses'
  | '404-model'

export interface FakeOpenAi {
  readonly baseUrl: string
  mode: FakeOpenAiMode
  /** What the model answers in mode 'ok' … */
  answer: Record<string, unknown>
  /** … and every request so far, oldest first. */
  readonly requests: readonly { readonly path: string; readonly body: string; readonly headers: IncomingHttpHeaders }[]
  close(): Promise<void>
}

const GOOD_ANSWER = {
  topic: 'billing',
  second_topic: 'account',
  confidence: 0.8,
  intent: 'complaint',
  priority: 'P2',
  sentiment: -0.6,
  urgency: 0.7,
  flags: ['financial'],
  summary: 'The customer was charged twice and wants one charge back.',
}

/** A server that speaks enough of the OpenAI API, on both endpoints, and misbehaves as told. */
export async function fakeOpenAi(mode: FakeOpenAiMode = 'ok'): Promise<FakeOpenAi> {
  const requests: { path: string; body: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString(), headers: request.headers })
      reply(fake, request.url ?? '', requests.length, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const fake: FakeOpenAi = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    mode,
    answer: GOOD_ANSWER,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return fake
}

function reply({ mode, answer }: FakeOpenAi, path: string, count: number, response: ServerResponse): void {
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const error = (message: string, code?: string) => ({ error: { message, code, type: 'fake' } })
  const isResponses = path.endsWith('/responses')
  switch (mode) {
    case '429':
      send(429, error('slow down'), { 'retry-after-ms': '1' })
      return
    case '429-long':
      send(429, error('slow down'), { 'retry-after': '3600' })
      return
    case '500':
      send(500, error('broken'), { 'retry-after-ms': '1' })
      return
    case '500-once':
      if (count === 1) send(500, error('broken'), { 'retry-after-ms': '1' })
      else send(200, body(isResponses, JSON.stringify(answer)))
      return
    case '401':
      send(401, error('bad key', 'invalid_api_key'))
      return
    case 'slow':
      return
    case 'drip':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"id":')
      return
    case 'reset':
      response.destroy()
      return
    case 'garbage':
      send(200, '<html>a proxy says hello</html>')
      return
    case 'empty':
      send(200, {})
      return
    case '404':
      send(404, error('no such path'))
      return
    case '404-responses':
      if (isResponses) send(404, error('no such path'))
      else send(200, body(isResponses, JSON.stringify(answer)))
      return
    case '404-model':
      send(404, error('The model does not exist', 'model_not_found'))
      return
    case 'refusal':
      send(200, isResponses ? responsesBody({ type: 'refusal', refusal: 'no' }) : chatBody(null, 'stop', 'no'))
      return
    case 'truncated':
      send(200, isResponses ? responsesBody(outputText('{"topic": "bil'), true) : chatBody('{"topic', 'length'))
      return
    case 'filtered':
      send(200, isResponses ? responsesBody(outputText(''), true) : chatBody(null, 'content_filter'))
      return
    case 'not-json':
      send(200, body(isResponses, 'Certainly! The topic is billing.'))
      return
    case 'wrong-enum':
      send(200, body(isResponses, JSON.stringify({ ...answer, topic: 'give-me-admin' })))
      return
    case 'out-of-range':
      send(200, body(isResponses, JSON.stringify({ ...answer, confidence: 7 })))
      return
    case 'ok':
      send(200, body(isResponses, JSON.stringify(answer)))
      return
  }
}

const body = (isResponses: boolean, text: string) => (isResponses ? responsesBody(outputText(text)) : chatBody(text))

const outputText = (text: string) => ({ type: 'output_text', text, annotations: [] })

const responsesBody = (content: object, isCut = false) => ({
  id: 'resp_1',
  object: 'response',
  model: 'fake',
  status: isCut ? 'incomplete' : 'completed',
  incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
  output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [content] }],
})

const chatBody = (content: string | null, finish = 'stop', refusal: string | null = null) => ({
  id: 'chatcmpl_1',
  object: 'chat.completion',
  created: 1,
  model: 'fake',
  choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content, refusal } }],
})
