import { messageOnWire } from '../events.ts'
import type { Channel, Fields, Message } from '../model.ts'
import { contentOfDraft, type Draft, draft, edit, land, mustSaySomething, remove, whisper } from '../posting.ts'
import type { Call, MethodEntry } from '../site.ts'
import { SlackError } from '../slack-error.ts'
import { channelOf, findMessage, type World } from '../world.ts'

const MOST_UPDATE_TEXT = 4000
const DAYS_AHEAD = 120

export const chat: Readonly<Record<string, MethodEntry>> = {
  'chat.postMessage': { run: postMessage, scopes: ['chat:write'] },
  'chat.update': { run: update, scopes: ['chat:write'] },
  'chat.delete': { run: deleteMessage, scopes: ['chat:write'] },
  'chat.postEphemeral': { run: postEphemeral, scopes: ['chat:write'] },
  'chat.getPermalink': { run: getPermalink, scopes: [] },
  'chat.scheduleMessage': { run: scheduleMessage, scopes: ['chat:write'] },
  'chat.deleteScheduledMessage': { run: deleteScheduled, scopes: ['chat:write'] },
  'chat.scheduledMessages.list': { run: scheduledList, scopes: [] },
}

/** Where the app may write: it must be in the channel, and the channel must be open. */
export function writable(world: World, scopes: readonly string[], named: string): Channel {
  const channel = channelOf(world, named)
  if (channel.archived) throw new SlackError('is_archived')
  if (channel.members.has(world.self.botUserId)) return channel
  if (channel.kind !== 'public') throw new SlackError('channel_not_found')
  if (!scopes.includes('chat:write.public')) throw new SlackError('not_in_channel')
  return channel
}

function postMessage({ site, args }: Call): Fields {
  const { world, record, scopes } = site
  const channel = writable(world, scopes, args.required('channel'))
  const said = draft(world, args)
  mustSaySomething(said)
  const threadTs = threadOf(world, channel, args.text('thread_ts'))

  const message = land(site, {
    ...contentOfDraft(said),
    ...(said.metadata ? { metadata: said.metadata } : {}),
    channel: channel.id,
    user: world.self.botUserId,
    botId: world.self.botId,
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(threadTs !== undefined && args.flag('reply_broadcast') ? { subtype: 'thread_broadcast' } : {}),
  })
  if (args.flag('unfurl_links') !== false || args.flag('unfurl_media') !== false) {
    record.unfurls(channel.id, message.ts, 'chat.postMessage')
  }
  const shown = messageOnWire(world, message)
  return { channel: channel.id, ts: message.ts, message: shown, ...truncated(args.text('text'), said) }
}

/** Slack cuts a text above 40,000 characters and says so, instead of refusing it. */
function truncated(asked: string | undefined, { text }: Draft): Fields {
  if (asked === undefined || text === undefined || asked.length <= text.length) return {}
  const warning = 'message_truncated'
  return { warning, response_metadata: { warnings: [warning], messages: ['[WARN] message was truncated'] } }
}

function update({ site, args }: Call): Fields {
  const { world, scopes } = site
  const message = ownMessage(
    site.world,
    writable(world, scopes, args.required('channel')),
    args.required('ts'),
    'update',
  )
  const said = draft(world, args)
  if ((said.text?.length ?? 0) > MOST_UPDATE_TEXT) throw new SlackError('msg_too_long')
  if (said.text === undefined && !said.blocks && !said.attachments && !said.metadata) throw new SlackError('no_text')

  const { after } = edit(site, message, said)
  return { channel: message.channel, ts: message.ts, text: after.text, message: messageOnWire(world, after) }
}

function deleteMessage({ site, args }: Call): Fields {
  const channel = channelOf(site.world, args.required('channel'))
  const message = ownMessage(site.world, channel, args.required('ts'), 'delete')
  void remove(site, message)
  return { channel: channel.id, ts: message.ts }
}

function ownMessage(world: World, channel: Channel, ts: string, verb: 'update' | 'delete'): Message {
  const message = findMessage(world, channel.id, ts)
  if (!message) throw new SlackError('message_not_found')
  if (message.botId !== world.self.botId) throw new SlackError(`cant_${verb}_message`)
  return message
}

function postEphemeral({ site, args }: Call): Fields {
  const { world, scopes } = site
  const channel = writable(world, scopes, args.required('channel'))
  const to = world.people.get(args.required('user'))
  if (!to) throw new SlackError('user_not_found')
  if (!channel.members.has(to.id) || to.deactivated) throw new SlackError('user_not_in_channel')
  const said = draft(world, args)
  mustSaySomething(said)
  return { message_ts: whisper(site, channel, to.id, contentOfDraft(said), args.text('thread_ts')).ts }
}

function getPermalink({ site, args }: Call): Fields {
  const { world } = site
  const channel = channelOf(world, args.required('channel'))
  const message = findMessage(world, channel.id, args.required('message_ts'))
  if (!message) throw new SlackError('message_not_found')
  const permalink = `https://${world.self.teamDomain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`
  return {
    channel: channel.id,
    permalink: message.threadTs ? `${permalink}?thread_ts=${message.threadTs}&cid=${channel.id}` : permalink,
  }
}

function scheduleMessage({ site, args }: Call): Fields {
  const { world, scopes, later } = site
  const channel = writable(world, scopes, args.required('channel'))
  const postAt = Number(args.required('post_at'))
  if (!(postAt * 1000 > world.now())) throw new SlackError('time_in_past')
  if (postAt * 1000 > world.now() + DAYS_AHEAD * 86_400_000) throw new SlackError('time_too_far')
  const said = draft(world, args)
  mustSaySomething(said)

  const id = world.nextId('Q')
  world.scheduled.set(id, { id, channel: channel.id, text: said.text ?? '', postAt })
  later(postAt * 1000 - world.now(), () => {
    if (!world.scheduled.delete(id)) return
    const { botUserId: user, botId } = world.self
    land(site, {
      ...contentOfDraft(said),
      channel: channel.id,
      user,
      botId,
      ...(said.metadata ? { metadata: said.metadata } : {}),
    })
  })
  return { channel: channel.id, scheduled_message_id: id, post_at: postAt, message: { text: said.text ?? '' } }
}

function deleteScheduled({ site, args }: Call): Fields {
  channelOf(site.world, args.required('channel'))
  if (!site.world.scheduled.delete(args.required('scheduled_message_id'))) {
    throw new SlackError('invalid_scheduled_message_id')
  }
  return {}
}

function scheduledList({ site, args }: Call): Fields {
  const wanted = args.text('channel')
  const found = [...site.world.scheduled.values()].filter(({ channel }) => !wanted || channel === wanted)
  return {
    scheduled_messages: found.map(({ id, channel, text, postAt }) => ({
      id,
      channel_id: channel,
      post_at: postAt,
      text,
    })),
    response_metadata: { next_cursor: '' },
  }
}

function threadOf(world: World, channel: Channel, ts: string | undefined): string | undefined {
  if (!ts) return undefined
  const parent = findMessage(world, channel.id, ts)
  if (!parent) throw new SlackError('thread_not_found')
  return parent.threadTs ?? parent.ts
}
