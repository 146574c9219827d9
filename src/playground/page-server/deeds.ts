import * as z from 'zod'
import { RejectedError } from '../../errors.ts'
import type { Fields } from '../workspace/model.ts'
import { GESTURES } from '../workspace/people-operations.ts'
import type { House } from './house.ts'
import { onePage } from './one-page.ts'

/** What a page may ask for with POST: JSON in, a result out. */
export type Deed = (sent: Fields) => unknown

const Feed = z.union([
  z.strictObject({ do: z.enum(['play', 'pause', 'next']) }),
  z.strictObject({ do: z.literal('speed'), perMinute: z.number().positive().max(6_000) }),
  z.strictObject({ do: z.literal('peopleWork'), on: z.boolean() }),
])
const Mail = z.strictObject({
  from: z.strictObject({ name: z.string().max(200), email: z.string().min(1).max(320) }),
  subject: z.string().max(1_000),
  body: z.string().max(200_000),
})
const Eml = z.strictObject({ name: z.string().max(300), raw: z.base64() })
const Break = z.strictObject({ what: z.enum(['rate-limit', 'slack-down', 'model-down', 'bot-down']), on: z.boolean() })
const Read = z.object({
  as: z.string(),
  channel: z.string(),
  ts: z.string().regex(/^\d+\.\d+$/, 'a timestamp of Slack'),
})
const Said = z.object({ channel: z.string(), ts: z.string(), threadTs: z.string().optional() })

/** By path under /api/. `marked` is told whose unread marks changed. */
export function deeds(house: House, marked: (user: string) => void): ReadonlyMap<string, Deed> {
  const { stage, scenes } = house

  const gestures = Object.entries(GESTURES).map(([name, operation]): [string, Deed] => [
    `gesture/${name}`,
    async (sent) => {
      const { user } = onePage(house, z.object({ as: z.string() }).parse(sent).as)
      // A page says `target` for everything it points at.
      const result = await operation({ on: sent.target, ...sent, as: user }, stage.slack)
      if (name === 'say') ownWordsAreRead(user, result)
      return result ?? {}
    },
  ])

  function ownWordsAreRead(user: string, result: unknown): void {
    const { channel, ts, threadTs } = Said.parse(result)
    if (threadTs === undefined && house.marks.advance(user, channel, ts)) marked(user)
  }

  return new Map<string, Deed>([
    ...gestures,
    [
      'read',
      (sent) => {
        const { as, channel, ts } = Read.parse(sent)
        const page = onePage(house, as)
        if (page.read(channel, ts)) marked(page.user)
        return {}
      },
    ],
    [
      'feed',
      async (sent) => {
        await stage.feeder.wish(Feed.parse(sent))
        return stage.feeder.state
      },
    ],
    ['mail', (sent) => stage.feeder.mail(Mail.parse(sent))],
    [
      'eml',
      (sent) => {
        const { name, raw } = Eml.parse(sent)
        if (raw === '') throw new RejectedError(`${name || 'The file'} is empty.`)
        return stage.feeder.eml(name, Buffer.from(raw, 'base64'))
      },
    ],
    [
      'break',
      async (sent) => {
        const { what, on } = Break.parse(sent)
        await stage.breaks.set(what, on)
        return stage.breaks.on
      },
    ],
    ['scene', (sent) => scenes.play(z.object({ name: z.string() }).parse(sent).name)],
  ])
}
