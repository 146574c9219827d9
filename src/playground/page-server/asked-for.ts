import * as z from 'zod'

/** What a page may send, each with words for whoever sees it refused. Lengths are in UTF-16 code units. */

/** "The subject has 1,200 characters; 1,000 is the most." */
const words = (what: string, most: number) =>
  z.string(`${what} must be text.`).max(most, {
    error: ({ input }) =>
      `${what} has ${inFigures(typeof input === 'string' ? input.length : 0)} characters; ${inFigures(most)} is the most.`,
  })

const named = (what: string) => z.string(`Say ${what}.`)
const isOn = z.boolean('Say whether it is to be on.')
const inFigures = (count: number): string => count.toLocaleString('en-GB')

const PACE = 'Choose a number of tickets a minute between 0 and 6,000.'
export const Feed = z.discriminatedUnion(
  'do',
  [
    z.strictObject({ do: z.enum(['play', 'pause', 'next']) }),
    z.strictObject({ do: z.literal('speed'), perMinute: z.number(PACE).positive(PACE).max(6_000, PACE) }),
    z.strictObject({ do: z.literal('peopleWork'), on: isOn }),
  ],
  'The stream can play, pause, send the next, change its speed and let people work; nothing else.',
)

export const Mail = z.strictObject({
  from: z.strictObject(
    {
      name: words('The name of the sender', 200),
      email: words('The address of the sender', 320).min(1, 'Give the address of the sender.'),
    },
    'Say from whom the mail is.',
  ),
  subject: words('The subject', 1_000),
  body: words('The text', 200_000),
})

export const Eml = z.strictObject({
  name: words('The name of the file', 300),
  raw: z.base64('The file must come as base64.'),
})

export const Break = z.strictObject({
  what: z.enum(
    ['rate-limit', 'slack-down', 'model-down', 'bot-down'],
    'What can be broken is rate-limit, slack-down, model-down or bot-down.',
  ),
  on: isOn,
})

export const As = z.object({ as: named('as whom') })
const Place = As.extend({ channel: named('in which channel') })
const stamp = () => named('at which message').regex(/^\d+\.\d+$/, 'A message is named by a timestamp of Slack.')
export const Read = Place.extend({ ts: stamp() })
export const Thread = Place.extend({ ts: named('at which message') })
const LIMIT = 'Ask for 1 to 500 messages.'
export const Window = Place.extend({
  before: z.string().optional(),
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(500, LIMIT).default(60),
})

const WHOLE = 'Tickets and events are named by whole numbers from 1.'
export const Whole = z.coerce.number(WHOLE).int(WHOLE).positive(WHOLE).max(1e9, WHOLE)

export const SceneName = z.object({ name: named('which scene') })

/** Everything that is wrong with what was sent, in sentences. */
export function refusalOf({ issues }: z.ZodError): string {
  return [
    ...new Set(issues.map(({ code, message, path }) => (OURS.test(message) ? message : plain(code, message, path)))),
  ].join(' ')
}

/** Ours are sentences; those of zod end without a full stop. */
const OURS = /[.;]$/

const plain = (code: string, message: string, path: readonly PropertyKey[]): string =>
  code === 'unrecognized_keys' || path.length === 0 ? `${message}.` : `${path.map(String).join('.')}: ${message}.`
