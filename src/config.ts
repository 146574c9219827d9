import * as z from 'zod'
import { ConfigError } from './errors.ts'

const Port = z.coerce.number<string>().int().min(0).max(65_535)

/** Settings of the house itself. Plug-ins declare theirs beside their code; `readSettings` takes both. */
export const HouseSettings = z.object({
  DATABASE_URL: z.string().min(1).default('sqlite:./data/waybill.db'),
  WORKSPACE: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'use lower-case letters, digits and -')
    .default('default'),
  PORT: Port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  METRICS_TOKEN: z.string().min(16, 'is too short: use 16 characters or more').optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})
export type HouseSettings = z.infer<typeof HouseSettings>

/** What it takes to be a Slack app; all of it or nothing. */
export const SlackSettings = z.object({
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must start with xoxb- (OAuth & Permissions page of your Slack app)')
    .optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must start with xapp- (Basic Information, App-Level Tokens)')
    .optional(),
  SLACK_SIGNING_SECRET: z.string().min(16, 'is too short (Basic Information, Signing Secret)').optional(),
  SLACK_API_URL: z.url().endsWith('/', 'must end with /').default('https://slack.com/api/'),
})
export type SlackSettings = z.infer<typeof SlackSettings>

/**
 * Reads all settings from the environment. Empty values count as absent. ConfigError lists everything that is wrong at
 * once, by variable name.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  environment: Readonly<Record<string, string | undefined>>,
  schema: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new ConfigError(`Settings to mend (in the environment or in .env):\n${faults.join('\n')}`)
}

/** The names of all settings a schema knows, for `.env.example`. */
export const settingNames = (schema: z.ZodObject): readonly string[] => Object.keys(schema.shape)
