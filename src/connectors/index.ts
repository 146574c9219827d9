import type * as z from 'zod'
import type { ReplySender, WebhookConnector } from '../ports.ts'
import { GenericSettings, generic } from './generic.ts'
import { SmtpSettings, smtpReply } from './smtp-reply.ts'

/** Settings of everything on this shelf. */
export const ConnectorSettings = GenericSettings.extend(SmtpSettings.shape)
export type ConnectorSettings = z.infer<typeof ConnectorSettings>

/** The connectors that are configured; each answers at `/webhooks/<id>`. */
export function connectors({ WEBHOOK_SECRET }: ConnectorSettings): readonly WebhookConnector[] {
  const configured = [WEBHOOK_SECRET ? generic(WEBHOOK_SECRET) : undefined]
  return configured.filter((connector) => connector !== undefined)
}

/** The way answers go out, when one is configured. ConfigError when it is configured by half. */
export function replySender({ SMTP_URL, SMTP_FROM }: ConnectorSettings): ReplySender | undefined {
  return smtpReply({ SMTP_URL, SMTP_FROM })
}
