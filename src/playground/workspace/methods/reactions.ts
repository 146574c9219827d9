import { announce, messageOnWire } from '../events.ts'
import type { Channel, Fields, Message } from '../model.ts'
import type { Call, MethodEntry, Site } from '../site.ts'
import { SlackError } from '../slack-error.ts'
import { channelOf, findMessage, messagesOf } from '../world.ts'

export const reactions: Readonly<Record<string, MethodEntry>> = {
  'reactions.add': { run: (call) => changed(call, 'added'), scopes: ['reactions:write'] },
  'reactions.remove': { run: (call) => changed(call, 'removed'), scopes: ['reactions:write'] },
  'reactions.get': { run: get, scopes: ['reactions:read'] },
}

function changed(call: Call, what: 'added' | 'removed'): Fields {
  const { site, args } = call
  const name = args.required('name').replaceAll(':', '')
  void react(site, target(call), site.world.self.botUserId, name, what)
  return {}
}

function get(call: Call): Fields {
  const message = target(call)
  return { type: 'message', channel: message.channel, message: messageOnWire(call.site.world, message) }
}

function target({ site, args }: Call): Message {
  const channel: Channel = channelOf(site.world, args.required('channel'))
  const message = findMessage(site.world, channel.id, args.required('timestamp'))
  if (!message) throw new SlackError('message_not_found')
  return message
}

/** A reaction appears or goes; the app hears of it where its bot is a member. */
export function react(
  site: Site,
  message: Message,
  user: string,
  name: string,
  what: 'added' | 'removed',
): Promise<unknown> {
  const { world, changes } = site
  if (!/^[a-z0-9_+'-]+$/.test(name)) throw new SlackError('invalid_name')
  const before = message.reactions[name] ?? []
  if (what === 'added' && before.includes(user)) throw new SlackError('already_reacted')
  if (what === 'removed' && !before.includes(user)) throw new SlackError('no_reaction')

  const after = what === 'added' ? [...before, user] : before.filter((one) => one !== user)
  const { [name]: _, ...others } = message.reactions
  const all = after.length > 0 ? { ...others, [name]: after } : others
  messagesOf(world, message.channel).set(message.ts, { ...message, reactions: all })
  changes.changed({ kind: 'message', channel: message.channel, ts: message.ts, thread: message.threadTs })

  if (!world.channels.get(message.channel)?.members.has(world.self.botUserId)) return Promise.resolve()
  return announce(site, {
    type: `reaction_${what}`,
    user,
    reaction: name,
    item: { type: 'message', channel: message.channel, ts: message.ts },
    item_user: message.user,
    event_ts: world.nextTs(),
  })
}
