import type { IncomingMessage } from 'node:http'
import type { Fields } from './model.ts'
import { isFields } from './reading.ts'

/** The fields of a request, from its query, its form or its JSON body. Broken JSON reads as nothing sent. */
export async function readSent(request: IncomingMessage): Promise<Fields> {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  if (!request.headers['content-type']?.includes('json'))
    return { ...query, ...Object.fromEntries(new URLSearchParams(text)) }

  try {
    const body = JSON.parse(text || '{}') as unknown
    return isFields(body) ? { ...query, ...body } : query
  } catch {
    return query
  }
}
