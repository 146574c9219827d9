import { createHmac, timingSafeEqual } from 'node:crypto'
import { fromEpochMs, MINUTE, msBetween, type Timestamp } from '../core/time.ts'

export type Headers = Readonly<Record<string, string | undefined>>

const TOLERANCE_MS = 5 * MINUTE

/**
 * Checks Slack's v0 signature (HMAC-SHA256 over `v0:<seconds>:<raw body>`) in constant time, and that it was made within
 * five minutes of `now` on either side: a time in the future is as wrong as one in the past.
 * @returns what is wrong, or `undefined`
 */
export function signatureFault(
  { headers, rawBody }: { readonly headers: Headers; readonly rawBody: string },
  secret: string,
  now: Timestamp,
): string | undefined {
  const seconds = headers['x-slack-request-timestamp'] ?? ''
  const given = headers['x-slack-signature'] ?? ''
  if (!/^\d{1,11}$/.test(seconds)) return 'The request carries no x-slack-request-timestamp.'
  if (Math.abs(msBetween(fromEpochMs(Number(seconds) * 1000), now)) > TOLERANCE_MS)
    return 'The request was signed more than five minutes away from our clock.'
  const expected = `v0=${createHmac('sha256', secret).update(`v0:${seconds}:${rawBody}`).digest('hex')}`
  // Equal lengths are needed to compare; both are hashed so that nothing is told about how much agrees.
  const digest = (text: string) => createHmac('sha256', secret).update(text).digest()
  return timingSafeEqual(digest(given), digest(expected)) ? undefined : 'The signature does not match.'
}
