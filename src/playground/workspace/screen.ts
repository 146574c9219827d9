import type { Eyes } from './eyes.ts'
import { toVisible, type VisibleMessage } from './ledger.ts'
import type { Channel, Ephemeral, Message, Person } from './model.ts'
import type { Site } from './site.ts'
import { firstNotBefore, timelineOf } from './timeline.ts'
import { channelNamed, directChannel, findMessage } from './world.ts'

/** A message with what Slack's own client writes under it. */
export interface ScreenMessage extends VisibleMessage {
  readonly replyCount: number
  readonly lastReplyTs: string | null
}

export interface ScreenChannel {
  readonly id: string
  /** For direct messages the real names of the others. */
  readonly name: string
  readonly kind: Channel['kind']
  readonly archived: boolean
  readonly joined: boolean
  /** Of the newest message that stands in the channel itself. */
  readonly lastTs: string | null
}

/** What one person's Slack client asks for, piece by piece. Nothing here goes through all messages of a channel. */
export interface Screen {
  /** False for a channel that is not there. */
  maySee(channel: string): boolean
  /** In the order the workspace has them, direct messages last; the one with the app is always there, if the person can write. */
  channels(): readonly ScreenChannel[]
  /**
   * What stands in the channel itself, oldest first: the last `limit` messages (those before `before`, when given), and what
   * was whispered to this person between them. Throws when there is no such channel for this person.
   */
  window(
    channel: string,
    part: { readonly before?: string | undefined; readonly limit: number },
  ): readonly ScreenMessage[]
  /** The message and its answers. Throws when it is not there any more. */
  thread(channel: string, ts: string): readonly ScreenMessage[]
  /** As it is now; undefined when it is gone or not for this person. */
  message(channel: string, ts: string): ScreenMessage | undefined
  /** How many messages stand in the channel after this moment. */
  countAfter(channel: string, ts: string): number
}

export function screenOf({ world }: Site, { id, name }: Person, eyes: Eyes): Screen {
  const visibleTo = (channel: Channel | undefined): channel is Channel => eyes.maySee(channel)
  const lookUp = (named: string) => world.channels.get(named) ?? channelNamed(world, named)
  const theChannel = (named: string): Channel => {
    const channel = lookUp(named)
    if (!visibleTo(channel)) throw new Error(`${name} sees no channel ${named}.`)
    return channel
  }

  const asShown = (message: Message): ScreenMessage => {
    const answers = timelineOf(world.timelines, message.channel).answers.get(message.ts) ?? []
    return { ...toVisible(world, message), replyCount: answers.length, lastReplyTs: answers.at(-1) ?? null }
  }
  const whispered = (one: Ephemeral): ScreenMessage => ({ ...toVisible(world, one), replyCount: 0, lastReplyTs: null })
  const found = (channel: string, all: readonly string[]) =>
    all.flatMap((ts) => findMessage(world, channel, ts) ?? []).map(asShown)

  /** Newest first in the world, so this stops at the first that is too old. */
  const whispersBetween = (channel: string, from: number, to: number, thread: string | undefined): ScreenMessage[] => {
    const between: ScreenMessage[] = []
    for (let at = world.ephemerals.length - 1; at >= 0; at -= 1) {
      const one = world.ephemerals[at]!
      if (Number(one.ts) < from) break
      const isHere = one.to === id && one.channel === channel && one.threadTs === thread
      if (isHere && one.deletedAt === undefined && Number(one.ts) < to) between.push(whispered(one))
    }
    return between.toReversed()
  }

  const onScreen = (channel: Channel): ScreenChannel => {
    const { kind, archived, members } = channel
    const others = [...members].filter((member) => member !== id)
    const names = others.map((other) => world.people.get(other)?.realName ?? other).join(', ')
    return {
      id: channel.id,
      name: channel.name || names || name,
      kind,
      archived,
      joined: members.has(id),
      lastTs: timelineOf(world.timelines, channel.id).top.at(-1) ?? null,
    }
  }

  return {
    maySee: (named) => visibleTo(lookUp(named)),

    channels() {
      const person = world.people.get(id)
      if (person && !person.bot && !person.deactivated) directChannel(world, [id, world.self.botUserId])
      const all = [...world.channels.values()].filter(visibleTo)
      const isDirect = ({ kind }: Channel) => kind === 'im' || kind === 'mpim'
      return [...all.filter((one) => !isDirect(one)), ...all.filter(isDirect)].map(onScreen)
    },

    window(named, { before, limit }) {
      const channel = theChannel(named).id
      const { top } = timelineOf(world.timelines, channel)
      const end = before === undefined ? top.length : firstNotBefore(top, before)
      const start = Math.max(0, end - limit)
      const messages = found(channel, top.slice(start, end))
      const from = start === 0 ? 0 : Number(top[start])
      const whispers = whispersBetween(channel, from, before === undefined ? Infinity : Number(before), undefined)
      return whispers.length === 0 ? messages : [...messages, ...whispers].sort(byTime)
    },

    thread(named, ts) {
      const channel = theChannel(named).id
      const parent = findMessage(world, channel, ts)
      if (!parent) throw new Error(`The message ${ts} is not in ${named} any more.`)
      const answers = found(channel, timelineOf(world.timelines, channel).answers.get(ts) ?? [])
      const rest = [...answers, ...whispersBetween(channel, Number(ts), Infinity, ts)]
      return [asShown(parent), ...rest.sort(byTime)]
    },

    message(named, ts) {
      const found = lookUp(named)
      if (!visibleTo(found)) return undefined
      const channel = found.id
      const message = findMessage(world, channel, ts)
      if (message) return asShown(message)
      const own = world.ephemerals.findLast((one) => one.ts === ts)
      return own?.to === id && own.channel === channel && own.deletedAt === undefined ? whispered(own) : undefined
    },

    countAfter(channel, ts) {
      const { top } = timelineOf(world.timelines, channel)
      const next = firstNotBefore(top, ts)
      return top.length - next - (top[next] === ts ? 1 : 0)
    },
  }
}

const byTime = (a: ScreenMessage, b: ScreenMessage): number => Number(a.ts) - Number(b.ts)
