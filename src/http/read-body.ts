import { RejectedError } from '../errors.ts'

/**
 * The body as text, exactly as it was sent. RejectedError 413 as soon as it is known to be larger than `longestBytes`, without
 * reading the rest; 400 when it is not UTF-8.
 */
export async function readBody(request: Request, longestBytes: number): Promise<string> {
  const tooLarge = () => new RejectedError(`The body is larger than ${longestBytes} bytes.`, { status: 413 })
  if (Number(request.headers.get('content-length') ?? 0) > longestBytes) throw tooLarge()

  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of request.body ?? []) {
    bytes += part.length
    if (bytes > longestBytes) throw tooLarge()
    parts.push(part)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts))
  } catch (error) {
    throw new RejectedError('The body is not UTF-8.', { cause: error })
  }
}
