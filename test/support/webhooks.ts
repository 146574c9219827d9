import { createHmac } from 'node:crypto'

export interface WebhookMessage {
  /** The sender's own id of the ticket. */
  readonly id: string
  /** Identity of this delivery; a sender that tries again keeps it, a careless one does not. */
  readonly delivery: string
  readonly secret: string
  readonly subject: string
  readonly body: string
  readonly from: string
  /** Ids of messages this one answers. */
  readonly thread?: readonly string[]
}

/** Posts a ticket signed by the Standard Webhooks scheme, made here from the text of the standard. True when it was accepted. */
export async function sendWebhook(base: string, message: WebhookMessage): Promise<boolean> {
  const { id, delivery, secret, subject, body, from, thread } = message
  const content = JSON.stringify({ id, subject, body, from: { email: from }, ...(thread ? { thread } : {}) })
  const seconds = Math.floor(Date.now() / 1000)
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${delivery}.${seconds}.${content}`).digest('base64')
  try {
    const response = await fetch(`${base}/webhooks/generic`, {
      method: 'POST',
      body: content,
      headers: {
        'content-type': 'application/json',
        'webhook-id': delivery,
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${signature}`,
      },
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (response.status >= 400 && response.status < 500) throw new RefusedWebhook(`${response.status} ${text}`)
    return response.ok
  } catch (error) {
    if (error instanceof RefusedWebhook) throw error
    return false
  }
}

/** The bot says the request is wrong, so trying again is no use. */
class RefusedWebhook extends Error {
  override readonly name = 'RefusedWebhook'
}
