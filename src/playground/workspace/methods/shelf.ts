import { checkBlocks, checkView } from '../block-kit.ts'
import { messageOnWire } from '../events.ts'
import type { Fields } from '../model.ts'
import { land } from '../posting.ts'
import { fieldsIn, isFields } from '../reading.ts'
import type { Call, MethodEntry } from '../site.ts'
import { invalid, SlackError } from '../slack-error.ts'
import { channelOf, findMessage } from '../world.ts'
import { writable } from './chat.ts'

/** What hangs on channels and messages: files, pins, bookmarks; and the checker of Block Kit. */
export const shelf: Readonly<Record<string, MethodEntry>> = {
  'files.getUploadURLExternal': { run: uploadUrl, scopes: ['files:write'] },
  'files.completeUploadExternal': { run: completeUpload, scopes: ['files:write'] },
  'pins.add': { run: addPin, scopes: ['pins:write'] },
  'pins.remove': { run: removePin, scopes: ['pins:write'] },
  'pins.list': { run: listPins, scopes: ['pins:read'] },
  'bookmarks.add': { run: addBookmark, scopes: ['bookmarks:write'] },
  'bookmarks.list': { run: listBookmarks, scopes: ['bookmarks:read'] },
  'blocks.validate': { run: validate, scopes: [] },
}

function uploadUrl({ site, args }: Call): Fields {
  const { world, url } = site
  const name = args.required('filename')
  const length = args.number('length') ?? 0
  if (length <= 0) throw invalid('invalid_arguments', ['[ERROR] must be more than 0 [json-pointer:/length]'])
  const id = world.nextId('F')
  world.files.set(id, { id, name, length, done: false })
  return { upload_url: `${url()}/upload/v1/${id}`, file_id: id }
}

function completeUpload(call: Call): Fields {
  const { site, args } = call
  const { world, scopes } = site
  const wanted = fieldsIn(args.json('files', 'invalid_arguments'))
  if (wanted.length === 0) throw invalid('invalid_arguments', ['[ERROR] missing required field: files'])
  const named = args.text('channel_id')
  const channel = named ? writable(world, scopes, named) : undefined

  const files = wanted.map((file) => {
    const stored = world.files.get(String(file.id))
    if (!stored) throw new SlackError('file_not_found')
    if (stored.received === undefined) throw new SlackError('file_update_failed')
    const title = typeof file.title === 'string' ? file.title : stored.name
    world.files.set(stored.id, { ...stored, title, done: true, ...(channel ? { channel: channel.id } : {}) })
    return { id: stored.id, name: stored.name, title, size: stored.received }
  })
  if (channel) {
    const threadTs = args.text('thread_ts')
    land(site, {
      text: [args.text('initial_comment'), ...files.map(({ title }) => `[file: ${title}]`)].filter(Boolean).join('\n'),
      channel: channel.id,
      user: world.self.botUserId,
      botId: world.self.botId,
      subtype: 'file_share',
      ...(threadTs ? { threadTs } : {}),
    })
  }
  return { files }
}

function addPin({ site, args }: Call): Fields {
  const { channel, ts } = pinTarget(site, args)
  const pins = site.world.pins.get(channel) ?? []
  if (pins.includes(ts)) throw new SlackError('already_pinned')
  site.world.pins.set(channel, [...pins, ts])
  return {}
}

function removePin({ site, args }: Call): Fields {
  const { channel, ts } = pinTarget(site, args)
  const pins = site.world.pins.get(channel) ?? []
  if (!pins.includes(ts)) throw new SlackError('no_pin')
  site.world.pins.set(
    channel,
    pins.filter((one) => one !== ts),
  )
  return {}
}

function pinTarget(site: Call['site'], args: Call['args']) {
  const channel = channelOf(site.world, args.required('channel')).id
  const ts = args.required('timestamp')
  if (!findMessage(site.world, channel, ts)) throw new SlackError('message_not_found')
  return { channel, ts }
}

function listPins({ site, args }: Call): Fields {
  const { world } = site
  const channel = channelOf(world, args.required('channel')).id
  const items = (world.pins.get(channel) ?? []).flatMap((ts) => {
    const message = findMessage(world, channel, ts)
    return message ? [{ type: 'message', channel, message: messageOnWire(world, message) }] : []
  })
  return { items }
}

function addBookmark({ site, args }: Call): Fields {
  const { world } = site
  const channel = channelOf(world, args.required('channel_id')).id
  const bookmark = {
    id: world.nextId('Bk'),
    channel_id: channel,
    title: args.required('title'),
    type: args.required('type'),
    link: args.text('link') ?? '',
    emoji: args.text('emoji') ?? '',
    date_created: Math.floor(world.now() / 1000),
  }
  world.bookmarks.set(channel, [...(world.bookmarks.get(channel) ?? []), bookmark])
  return { bookmark }
}

function listBookmarks({ site, args }: Call): Fields {
  return { bookmarks: site.world.bookmarks.get(channelOf(site.world, args.required('channel_id')).id) ?? [] }
}

/** Answers ok:true with an empty list, or ok:false with each problem and where it is. */
function validate({ args }: Call): Fields {
  const blocks = args.json('blocks', 'invalid_blocks_format')
  const view = args.json('view', 'invalid_arguments')
  const message = args.json('message', 'invalid_arguments')
  const found = [
    ...(blocks === undefined ? [] : checkBlocks(blocks, 'message')),
    ...(view === undefined ? [] : checkView(view)),
    ...(isFields(message) && message.blocks !== undefined ? checkBlocks(message.blocks, 'message') : []),
  ]
  if (blocks === undefined && view === undefined && message === undefined) {
    throw invalid('invalid_arguments', ['[ERROR] must provide one of: blocks, view, message'])
  }
  if (found.length === 0) return { errors: [] }
  const errors = found.map((text) => ({
    code: 'invalid',
    message: text,
    pointer: /\[json-pointer:(.*)\]$/.exec(text)?.[1] ?? '/',
  }))
  throw new SlackError('invalid_blocks', { errors, response_metadata: { messages: found } })
}
