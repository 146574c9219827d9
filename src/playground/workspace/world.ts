import { createHash } from 'node:crypto'
import type {
  Channel,
  ChannelSeed,
  Ephemeral,
  Fields,
  Message,
  Person,
  PersonSeed,
  UserGroupSeed,
  View,
} from './model.ts'
import { SlackError } from './slack-error.ts'
import type { Timeline } from './timeline.ts'

export interface Identity {
  readonly appId: string
  readonly teamId: string
  readonly teamDomain: string
  readonly botId: string
  readonly botUserId: string
  readonly botName: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  /** The old verification token, which Slack still sends in every payload. */
  readonly verificationToken: string
}

interface Trigger {
  readonly user: string
  readonly madeAt: number
  /** The view the gesture came from, which views.push builds on. */
  readonly viewId: string | undefined
  used: boolean
}

export interface ResponseUrl {
  readonly channel: string
  readonly user: string
  readonly madeAt: number
  /** The message the click came from: what replace_original and delete_original mean. */
  readonly source: { readonly ts: string; readonly ephemeral: boolean; readonly threadTs?: string } | undefined
  uses: number
}

interface Scheduled {
  readonly id: string
  readonly channel: string
  readonly text: string
  readonly postAt: number
}

interface StoredFile {
  readonly id: string
  readonly name: string
  readonly length: number
  readonly title?: string
  readonly channel?: string
  readonly received?: number
  readonly done: boolean
}

/** Everything the workspace remembers. Only the Web API methods and the gestures of people change it. */
export interface World {
  readonly self: Identity
  readonly now: () => number
  readonly people: Map<string, Person>
  readonly userGroups: readonly UserGroupSeed[]
  readonly channels: Map<string, Channel>
  /** channel -> ts -> message, oldest first; deleted ones stay, marked. */
  readonly messages: Map<string, Map<string, Message>>
  /** channel -> where its messages stand that are not deleted. */
  readonly timelines: Map<string, Timeline>
  readonly ephemerals: Ephemeral[]
  readonly views: Map<string, View>
  /** user -> ids of the modals on top of each other, the one seen last. */
  readonly modals: Map<string, readonly string[]>
  readonly homes: Map<string, string>
  readonly triggers: Map<string, Trigger>
  readonly responseUrls: Map<string, ResponseUrl>
  readonly files: Map<string, StoredFile>
  readonly pins: Map<string, readonly string[]>
  readonly bookmarks: Map<string, readonly Fields[]>
  readonly scheduled: Map<string, Scheduled>
  nextTs(): string
  nextId(prefix: string): string
  /** Back to the people and channels it began with. Ids and timestamps go on, so that none comes twice. */
  reset(): void
}

export interface WorldSeed {
  readonly self: Identity
  readonly now: () => number
  readonly people: readonly PersonSeed[]
  readonly channels: readonly ChannelSeed[]
  readonly userGroups: readonly UserGroupSeed[]
}

export function newWorld({ self, now, people, channels, userGroups }: WorldSeed): World {
  let lastMicros = 0
  let ids = 0
  const bot = { id: self.botUserId, name: self.botName, realName: self.botName, bot: true }
  const everybody = () =>
    [...people.map((seed) => toPerson(seed)), toPerson(bot)].map((person) => [person.id, person] as const)
  const everywhere = () => channels.map((seed) => [seed.id, toChannel(seed, self.botUserId, now())] as const)
  return {
    self,
    now,
    people: new Map(everybody()),
    userGroups,
    channels: new Map(everywhere()),
    messages: new Map(),
    timelines: new Map(),
    ephemerals: [],
    views: new Map(),
    modals: new Map(),
    homes: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    files: new Map(),
    pins: new Map(),
    bookmarks: new Map(),
    scheduled: new Map(),
    nextTs() {
      lastMicros = Math.max(Math.floor(now()) * 1000, lastMicros + 1)
      const micros = String(lastMicros).padStart(7, '0')
      return `${micros.slice(0, -6)}.${micros.slice(-6)}`
    },
    nextId(prefix) {
      ids += 1
      return `${prefix}${ids.toString(36).toUpperCase().padStart(9, '0')}`
    },
    reset() {
      const { messages, timelines, views, modals, homes, triggers } = this
      const { responseUrls, files, pins, bookmarks, scheduled } = this
      for (const map of [this.people, this.channels, messages, timelines, views, modals, homes, triggers]) map.clear()
      for (const map of [responseUrls, files, pins, bookmarks, scheduled]) map.clear()
      this.ephemerals.length = 0
      for (const [id, person] of everybody()) this.people.set(id, person)
      for (const [id, channel] of everywhere()) this.channels.set(id, channel)
    },
  }
}

function toPerson(seed: PersonSeed & { readonly bot?: boolean }): Person {
  return {
    id: seed.id,
    name: seed.name,
    realName: seed.realName ?? seed.name,
    email: seed.email,
    tz: seed.tz ?? 'UTC',
    deactivated: seed.deactivated ?? false,
    guest: seed.guest ?? false,
    isAdmin: seed.isAdmin ?? false,
    bot: seed.bot ?? false,
  }
}

function toChannel(seed: ChannelSeed, botUserId: string, createdAt: number): Channel {
  return {
    id: seed.id,
    name: seed.name,
    kind: seed.private ? 'private' : 'public',
    createdAt,
    members: new Set([...seed.members, ...(seed.withBot === false ? [] : [botUserId])]),
    archived: seed.archived ?? false,
  }
}

/** The direct conversation of these people (the bot among them), made when it does not exist yet. */
export function directChannel(world: World, users: readonly string[]): Channel {
  const members = [...new Set(users)].sort()
  const kind = members.length > 2 ? 'mpim' : 'im'
  const name = createHash('sha256').update(members.join(' ')).digest('hex').slice(0, 10).toUpperCase()
  const id = `${kind === 'im' ? 'D' : 'G'}${name}`
  const existing = world.channels.get(id)
  if (existing) return existing

  const channel: Channel = { id, name: '', kind, createdAt: world.now(), members: new Set(members), archived: false }
  world.channels.set(id, channel)
  return channel
}

export function messagesOf(world: World, channel: string): Map<string, Message> {
  const existing = world.messages.get(channel)
  if (existing) return existing
  const fresh = new Map<string, Message>()
  world.messages.set(channel, fresh)
  return fresh
}

/** The message as it is now; a deleted one is not found. */
export function findMessage(world: World, channel: string, ts: string): Message | undefined {
  const message = world.messages.get(channel)?.get(ts)
  return message?.deletedAt === undefined ? message : undefined
}

export function findPerson(world: World, who: string): Person | undefined {
  const wanted = who.replace(/^@/, '').toLowerCase()
  const byId = world.people.get(who)
  if (byId) return byId
  for (const person of world.people.values()) {
    if (person.name.toLowerCase() === wanted || person.email?.toLowerCase() === wanted) return person
  }
  return undefined
}

/** The channel of a Web API call: an id, `#name`, or a user id, which means the direct message with that person. */
export function channelOf(world: World, named: string): Channel {
  const channel = world.channels.get(named) ?? channelNamed(world, named)
  if (channel) return channel

  const person = world.people.get(named)
  if (!person) throw new SlackError('channel_not_found')
  return dmWith(world, person)
}

export function channelNamed(world: World, name: string): Channel | undefined {
  const wanted = name.replace(/^#/, '')
  for (const channel of world.channels.values()) {
    if (channel.name !== '' && channel.name === wanted) return channel
  }
  return undefined
}

/** The bot's direct message with somebody; refused as Slack refuses it for bots and deactivated people. */
export function dmWith(world: World, person: Person): Channel {
  if (person.bot) throw new SlackError('cannot_dm_bot')
  if (person.deactivated) throw new SlackError('user_disabled')
  return directChannel(world, [person.id, world.self.botUserId])
}
