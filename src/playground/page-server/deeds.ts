import * as z from 'zod'
import { RejectedError } from '../../errors.ts'
import type { Fields } from '../workspace/model.ts'
import { GESTURES } from '../workspace/people-operations.ts'
import { As, Break, Eml, Feed, Mail, Read, SceneName } from './asked-for.ts'
import type { House } from './house.ts'
import { onePage } from './one-page.ts'

/** What a page may ask for with POST: JSON in, a result out. */
export type Deed = (sent: Fields) => unknown

const Said = z.object({ channel: z.string(), ts: z.string(), threadTs: z.string().optional() })

/** By path under /api/. `marked` is told whose unread marks changed. */
export function deeds(house: House, marked: (user: string) => void): ReadonlyMap<string, Deed> {
  const { stage, scenes } = house

  const gestures = Object.entries(GESTURES).map(([name, operation]): [string, Deed] => [
    `gesture/${name}`,
    async (sent) => {
      const { user } = onePage(house, As.parse(sent).as)
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
    ['scene', (sent) => scenes.play(SceneName.parse(sent).name)],
  ])
}
