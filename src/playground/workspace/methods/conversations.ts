import { announce, channelType, messageOnWire } from '../events.ts'
import type { Channel, Fields, Message } from '../model.ts'
import type { Call, MethodEntry, Site } from '../site.ts'
import { SlackError } from '../slack-error.ts'
import { channelOf, directChannel, dmWith, findMessage, type World } from '../world.ts'
import { page } from './paging.ts'

const READ = ['channels:read', 'groups:read', 'im:read', 'mpim:read']
const HISTORY = ['channels:history', 'groups:history', 'im:history', 'mpim:history']

export const conversations: Readonly<Record<string, MethodEntry>> = {
  'conversations.list': { run: list, scopes: READ },
  'conversations.info': {
    run: ({ site, args }) => ({ channel: onWire(site.world, known(site.world, args.required('channel'))) }),
    scopes: READ,
  },
  'conversations.members': { run: members, scopes: READ },
  'conversations.open': { run: open, scopes: ['im:write', 'mpim:write'] },
  'conversations.join': { run: join, scopes: ['channels:join'] },
  'conversations.leave': { run: leave, scopes: ['channels:manage', 'channels:write', 'channels:join'] },
  'conversations.invite': { run: invite, scopes: ['channels:manage', 'groups:write', 'channels:write.invites'] },
  'conversations.history': { run: history, scopes: HISTORY },
  'conversations.replies': { run: replies, scopes: HISTORY },
}

/** A private conversation the bot is not in does not exist for it. */
function known(world: World, named: string): Channel {
  const channel = world.channels.get(named)
  if (!channel) throw new SlackError('channel_not_found')
  if (channel.kind !== 'public' && !channel.members.has(world.self.botUserId)) throw new SlackError('channel_not_found')
  return channel
}

function list({ site, args }: Call): Fields {
  const { world } = site
  const types = args.text('types')?.split(',') ?? ['public_channel']
  const wanted = new Set(types.map((type) => type.replace('_channel', '')))
  const shown = [...world.channels.values()]
    .filter(({ kind }) => wanted.has(kind))
    .filter(({ kind, members }) => kind === 'public' || members.has(world.self.botUserId))
    .filter(({ archived }) => !(archived && args.flag('exclude_archived')))
  const { items, next } = page(shown, args)
  return { channels: items.map((channel) => onWire(world, channel)), response_metadata: { next_cursor: next } }
}

function members({ site, args }: Call): Fields {
  const channel = known(site.world, args.required('channel'))
  const { items, next } = page([...channel.members], args)
  return { members: items, response_metadata: { next_cursor: next } }
}

function open({ site, args }: Call): Fields {
  const { world } = site
  const existing = args.text('channel')
  const users = args.list('users')
  if (!existing && users.length === 0) throw new SlackError('users_list_not_supplied')
  const channel = existing ? known(world, existing) : openWith(world, users)
  return {
    channel: args.flag('return_im') ? onWire(world, channel) : { id: channel.id },
    no_op: false,
    already_open: false,
  }
}

function openWith(world: World, users: readonly string[]): Channel {
  const found = users.map((user) => {
    const person = world.people.get(user)
    if (!person) throw new SlackError('user_not_found')
    return person
  })
  const [only] = found
  if (only && found.length === 1) return dmWith(world, only)
  if (found.some((person) => person.deactivated)) throw new SlackError('user_disabled')
  return directChannel(world, [...users, world.self.botUserId])
}

function join({ site, args }: Call): Fields {
  const { world } = site
  const channel = known(world, args.required('channel'))
  if (channel.kind !== 'public') throw new SlackError('method_not_supported_for_channel_type')
  if (channel.archived) throw new SlackError('is_archived')
  const already = channel.members.has(world.self.botUserId)
  addMember(site, channel, world.self.botUserId)
  return { channel: onWire(world, channel), ...(already ? { warning: 'already_in_channel' } : {}) }
}

function leave({ site, args }: Call): Fields {
  const channel = known(site.world, args.required('channel'))
  const left = channel.members.delete(site.world.self.botUserId)
  site.changes.changed({ kind: 'channels' })
  return left ? {} : { not_in_channel: true }
}

function invite({ site, args }: Call): Fields {
  const { world } = site
  const channel = known(world, args.required('channel'))
  if (!channel.members.has(world.self.botUserId)) throw new SlackError('not_in_channel')
  if (channel.archived) throw new SlackError('is_archived')

  const users = args.list('users')
  for (const user of users) {
    const person = world.people.get(user)
    if (!person) throw new SlackError('user_not_found')
    if (person.id === world.self.botUserId) throw new SlackError('cant_invite_self')
    if (person.deactivated) throw new SlackError('cant_invite')
    if (channel.members.has(user) && users.length === 1) throw new SlackError('already_in_channel')
  }
  for (const user of users) addMember(site, channel, user, world.self.botUserId)
  return { channel: onWire(world, channel) }
}

/** Somebody enters a channel; the app hears of it. */
export function addMember(site: Site, channel: Channel, user: string, inviter?: string): void {
  if (channel.members.has(user)) return
  const { world } = site
  channel.members.add(user)
  site.changes.changed({ kind: 'channels' })
  if (!channel.members.has(world.self.botUserId)) return
  void announce(site, {
    type: 'member_joined_channel',
    user,
    channel: channel.id,
    channel_type: channelType(channel) === 'group' ? 'G' : 'C',
    team: world.self.teamId,
    ...(inviter ? { inviter } : {}),
    event_ts: world.nextTs(),
  })
}

function history(call: Call): Fields {
  const { site, args } = call
  const { world } = site
  const channel = readable(world, args.required('channel'))
  const landed = settled(call, channel)
  const topLevel = landed.filter(
    (message) =>
      message.threadTs === undefined || message.threadTs === message.ts || message.subtype === 'thread_broadcast',
  )
  const { items, next } = page(between(call, topLevel).toReversed(), args)
  const answers = Map.groupBy(landed, ({ threadTs }) => threadTs)
  return {
    messages: items.map((message) => withThread(call, message, answers.get(message.ts) ?? [])),
    has_more: next !== '',
    pin_count: world.pins.get(channel.id)?.length ?? 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    ...(next ? { response_metadata: { next_cursor: next } } : {}),
  }
}

function replies(call: Call): Fields {
  const { site, args } = call
  const channel = readable(site.world, args.required('channel'))
  const asked = findMessage(site.world, channel.id, args.required('ts'))
  if (!asked) throw new SlackError('thread_not_found')

  const root = asked.threadTs ?? asked.ts
  const thread = settled(call, channel).filter((message) => message.ts === root || message.threadTs === root)
  const answers = thread.filter(({ threadTs }) => threadTs === root)
  const { items, next } = page(between(call, thread), args, 1000)
  return {
    messages: items.map((message) => withThread(call, message, message.ts === root ? answers : [])),
    has_more: next !== '',
    ...(next ? { response_metadata: { next_cursor: next } } : {}),
  }
}

function readable(world: World, named: string): Channel {
  const channel = known(world, channelOf(world, named).id)
  if (!channel.members.has(world.self.botUserId)) throw new SlackError('not_in_channel')
  return channel
}

/** What the history shows already: messages landed at least `historyLagMs` ago. */
function settled({ site }: Call, channel: Channel): Message[] {
  const { world, historyLagMs } = site
  const upTo = world.now() - historyLagMs
  return [...(world.messages.get(channel.id)?.values() ?? [])].filter(
    (message) => message.deletedAt === undefined && message.postedAt <= upTo,
  )
}

function between({ args }: Call, messages: readonly Message[]): Message[] {
  const oldest = args.number('oldest') ?? 0
  const latest = args.number('latest') || Number.POSITIVE_INFINITY
  const inclusive = args.flag('inclusive') ?? false
  return messages.filter(({ ts }) => {
    const at = Number(ts)
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest
  })
}

function withThread({ site, args }: Call, message: Message, answers: readonly Message[]): Fields {
  const { metadata, ...shown } = messageOnWire(site.world, message)
  return {
    ...shown,
    ...(metadata && args.flag('include_all_metadata') ? { metadata } : {}),
    ...(answers.length > 0
      ? {
          thread_ts: message.ts,
          reply_count: answers.length,
          reply_users: [...new Set(answers.map(({ user }) => user))],
          reply_users_count: new Set(answers.map(({ user }) => user)).size,
          latest_reply: answers.at(-1)?.ts,
        }
      : {}),
  }
}

export function onWire(world: World, channel: Channel): Fields {
  const { id, name, kind, archived } = channel
  const common = {
    id,
    created: Math.floor(channel.createdAt / 1000),
    is_archived: archived,
    context_team_id: world.self.teamId,
  }
  if (kind === 'im') {
    const user = [...channel.members].find((member) => member !== world.self.botUserId)
    return { ...common, is_im: true, user, is_user_deleted: world.people.get(user ?? '')?.deactivated ?? false }
  }
  const isMember = channel.members.has(world.self.botUserId)
  return {
    ...common,
    name,
    name_normalized: name,
    is_channel: kind === 'public',
    is_group: kind === 'private',
    is_im: false,
    is_mpim: kind === 'mpim',
    is_private: kind !== 'public',
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    is_member: isMember,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: channel.members.size,
  }
}
