import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { RejectedError } from '../../errors.ts'

export interface WebhookSender {
  /**
   * Resolves once Waybill has accepted the message, however long it is away; every attempt is signed anew under the same id.
   * RejectedError when Waybill says that the message itself is wrong.
   */
  send(id: string, message: object): Promise<void>
  /** Gives up what still waits: those sends reject. */
  close(): void
}

/** Pauses between attempts, milliseconds; the last one again and again. Real senders wait longer, people at a demo do not. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000]
const ANSWER_MS = 15_000

/** A sender of Standard Webhooks (standardwebhooks.com): nothing it was given gets lost while the other side is down. */
export function webhookSender(url: string, secret: string): WebhookSender {
  const signer = new Webhook(secret)
  const closing = new AbortController()

  async function attempt(id: string, body: string): Promise<boolean> {
    const now = new Date()
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_MS)])
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signer.sign(id, now, body),
    }
    try {
      const answer = await fetch(url, { method: 'POST', body, headers, signal })
      const said = await answer.text()
      if (answer.ok) return true
      if (answer.status < 500 && answer.status !== 408 && answer.status !== 429)
        throw new RejectedError(`Waybill refused the message ${id} with ${answer.status}: ${said}`)
      return false
    } catch (error) {
      if (error instanceof RejectedError || closing.signal.aborted) throw error
      return false
    }
  }

  return {
    async send(id, message) {
      const body = JSON.stringify(message)
      for (let tried = 0; !(await attempt(id, body)); tried += 1)
        await sleep(PAUSES_MS[Math.min(tried, PAUSES_MS.length - 1)], undefined, { signal: closing.signal })
    },
    close: () => closing.abort(),
  }
}
