import { randomUUID } from 'node:crypto'
import type { Outcome } from './delivery.ts'
import type { Channel, Fields, Message } from './model.ts'
import type { Site } from './site.ts'
import type { World } from './world.ts'

/** Tells the app about something that happened, as Slack's Events API does; `envelope` replaces parts of the wrapping. */
export function announce({ world, delivery }: Site, event: Fields, envelope: Fields = {}): Promise<Outcome> {
  const { self } = world
  return delivery.event({
    token: self.verificationToken,
    team_id: self.teamId,
    context_team_id: self.teamId,
    context_enterprise_id: null,
    api_app_id: self.appId,
    event,
    type: 'event_callback',
    event_id: world.nextId('Ev'),
    event_time: Math.floor(world.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: self.teamId,
        user_id: self.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${randomUUID()}`,
    ...envelope,
  })
}

/** What the app hears of a message in a channel its bot is in. */
export function messageEvent(world: World, message: Message): Fields {
  const channel = world.channels.get(message.channel)
  return {
    ...withoutMetadata(world, message),
    channel: message.channel,
    event_ts: message.ts,
    channel_type: channelType(channel),
  }
}

export function channelType(channel: Channel | undefined): string {
  if (channel?.kind === 'im' || channel?.kind === 'mpim') return channel.kind
  return channel?.kind === 'private' ? 'group' : 'channel'
}

/** Lets the app hear of its own post: a `message` event, and `message_metadata_posted` when it carried metadata. */
export function echoPost(site: Site, message: Message): void {
  if (!site.echo || !hears(site.world, message.channel)) return
  const { world } = site
  void announce(site, messageEvent(world, message))
  if (!message.metadata) return
  void announce(site, {
    type: 'message_metadata_posted',
    app_id: world.self.appId,
    bot_id: world.self.botId,
    user_id: world.self.botUserId,
    team_id: world.self.teamId,
    channel_id: message.channel,
    metadata: message.metadata,
    message_ts: message.ts,
    event_ts: message.ts,
  })
}

/** The app is in the channel, so that its events reach it. */
export function hears(world: World, channel: string): boolean {
  return world.channels.get(channel)?.members.has(world.self.botUserId) ?? false
}

/** Lets the app hear of an edit or a deletion, its own (when echoes are on) or somebody's. */
export async function echoChange(site: Site, before: Message, after: Message | undefined): Promise<void> {
  const { world } = site
  if (!hears(world, before.channel) || (before.botId !== undefined && !site.echo)) return
  const eventTs = world.nextTs()
  const changed = after
    ? { subtype: 'message_changed', message: withoutMetadata(world, after), ts: eventTs }
    : { subtype: 'message_deleted', deleted_ts: before.ts, ts: eventTs }
  await announce(site, {
    type: 'message',
    hidden: true,
    ...changed,
    previous_message: withoutMetadata(world, before),
    channel: before.channel,
    event_ts: eventTs,
    channel_type: channelType(world.channels.get(before.channel)),
  })
}

/** Events about messages do not carry what was attached for machines; `message_metadata_posted` does. */
function withoutMetadata(world: World, message: Message): Fields {
  const { metadata: _, ...shown } = messageOnWire(world, message)
  return shown
}

/** A message as Web API answers, events and click payloads carry it. */
export function messageOnWire(world: World, message: Message): Fields {
  const { self } = world
  const reactions = Object.entries(message.reactions).map(([name, users]) => ({ name, users, count: users.length }))
  return {
    type: 'message',
    ...(message.subtype ? { subtype: message.subtype } : {}),
    user: message.user,
    ts: message.ts,
    team: self.teamId,
    text: message.text,
    ...(message.botId
      ? { bot_id: message.botId, app_id: self.appId, bot_profile: botProfile(world) }
      : { client_msg_id: message.clientMsgId }),
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    ...(message.metadata ? { metadata: message.metadata } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs, parent_user_id: parentOf(world, message) } : {}),
    ...(message.editedTs ? { edited: { user: message.user, ts: message.editedTs } } : {}),
    ...(reactions.length > 0 ? { reactions } : {}),
  }
}

function parentOf(world: World, { channel, threadTs }: Message): string | undefined {
  return world.messages.get(channel)?.get(threadTs ?? '')?.user
}

function botProfile({ self }: World): Fields {
  const { botId, appId, botName, teamId } = self
  return { id: botId, app_id: appId, name: botName, deleted: false, updated: 0, team_id: teamId, icons: {} }
}
