import type { Args } from './args.ts'
import { checkBlocks, textLength } from './block-kit.ts'
import type { Change } from './changes.ts'
import { echoChange, echoPost } from './events.ts'
import type { Attachment, Block, Channel, Content, Ephemeral, Fields, Message } from './model.ts'
import { fieldsIn, isFields } from './reading.ts'
import type { Site } from './site.ts'
import { invalid, SlackError } from './slack-error.ts'
import { enter, leave } from './timeline.ts'
import { messagesOf, type World } from './world.ts'

const MOST_TEXT = 40_000
/** Undocumented, measured by others (bolt-js issue 2509). */
const MOST_BLOCK_TEXT = 13_200

/** The parts of a message that the caller named; what is missing was not named. */
export interface Draft {
  readonly text?: string
  readonly blocks?: readonly Block[]
  readonly attachments?: readonly Attachment[]
  readonly metadata?: Fields
}

/** Reads and checks what a message is to say; throws Slack's errors for what it would refuse. */
export function draft(world: World, args: Args): Draft {
  const text = args.text('text')
  const blocks = args.json('blocks', 'invalid_blocks_format')
  const attachments = args.json('attachments', 'invalid_attachments_format')
  const metadata = args.json('metadata', 'invalid_metadata_format')
  return checkedDraft(world, {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(metadata === undefined ? {} : { metadata }),
  })
}

export function checkedDraft(world: World, said: Fields): Draft {
  const { text, blocks, attachments, metadata } = said
  const coloured = attachments === undefined ? [] : attachmentList(attachments)

  const wrong = [
    ...(blocks === undefined ? [] : checkBlocks(blocks, 'message')),
    ...coloured.flatMap((attachment, index) =>
      attachment.blocks === undefined ? [] : checkBlocks(attachment.blocks, 'message', `/attachments/${index}/blocks`),
    ),
  ]
  if (wrong.length > 0) throw invalid('invalid_blocks', wrong)
  if (textLength(blocks) + textLength(attachments) > MOST_BLOCK_TEXT) throw new SlackError('msg_blocks_too_long')
  if (metadata !== undefined && !isMetadata(metadata)) throw new SlackError('invalid_metadata_format')

  return {
    ...(typeof text === 'string' ? { text: text.slice(0, MOST_TEXT) } : {}),
    ...(blocks === undefined ? {} : { blocks: named(world, blocks as readonly Block[]) }),
    ...(attachments === undefined ? {} : { attachments: coloured.map((one, index) => asStored(world, one, index)) }),
    ...(isMetadata(metadata) && Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

export function mustSaySomething({ text, blocks, attachments }: Draft): void {
  if (!text && !blocks?.length && !attachments?.length) throw new SlackError('no_text')
}

/** Puts a message into a channel and lets the app hear of it. */
export function land(site: Site, message: Omit<Message, 'ts' | 'postedAt' | 'reactions'>): Message {
  const { world, record, changes } = site
  const landed: Message = { ...message, ts: world.nextTs(), postedAt: world.now(), reactions: {} }
  messagesOf(world, message.channel).set(landed.ts, landed)
  enter(world.timelines, landed)
  record.posted(landed, 'posted')
  if (landed.botId !== undefined) echoPost(site, landed)
  changes.changed(changeOf(landed))
  return landed
}

/** Replaces what a message says; what the draft does not name stays. `heard` resolves once the app was told. */
export function edit(site: Site, before: Message, { text, blocks, attachments, metadata }: Draft) {
  const { world, record, changes } = site
  const { metadata: oldMetadata, blocks: oldBlocks, attachments: oldAttachments, ...kept } = before
  const after: Message = {
    ...kept,
    text: text ?? before.text,
    ...((blocks ?? oldBlocks) ? { blocks: blocks ?? oldBlocks ?? [] } : {}),
    ...((attachments ?? oldAttachments) ? { attachments: attachments ?? oldAttachments ?? [] } : {}),
    ...((metadata ?? oldMetadata) ? { metadata: metadata ?? oldMetadata ?? {} } : {}),
    editedTs: world.nextTs(),
  }
  messagesOf(world, before.channel).set(before.ts, after)
  record.posted(after, 'edited')
  const heard = echoChange(site, before, after)
  changes.changed(changeOf(after))
  return { after, heard }
}

export function remove(site: Site, message: Message): Promise<void> {
  const { world, record, changes } = site
  messagesOf(world, message.channel).set(message.ts, { ...message, deletedAt: world.now() })
  leave(world.timelines, message)
  record.posted(message, 'deleted')
  const heard = echoChange(site, message, undefined)
  changes.changed(changeOf(message))
  return heard
}

export function whisper(site: Site, channel: Channel, to: string, content: Content, threadTs?: string): Ephemeral {
  const { world, record, changes } = site
  const ephemeral: Ephemeral = {
    ...content,
    channel: channel.id,
    to,
    ts: world.nextTs(),
    postedAt: world.now(),
    ...(threadTs === undefined ? {} : { threadTs }),
  }
  world.ephemerals.push(ephemeral)
  record.whispered(ephemeral)
  changes.changed({ kind: 'whisper', channel: ephemeral.channel, ts: ephemeral.ts, to })
  return ephemeral
}

/** Replaces what somebody saw, or takes it away. */
export function rewhisper(site: Site, ts: string, content: Content | undefined): void {
  const { world, record, changes } = site
  const at = world.ephemerals.findIndex((one) => one.ts === ts && one.deletedAt === undefined)
  const before = world.ephemerals[at]
  if (!before) return

  const { channel, to, postedAt } = before
  const after = content ? { channel, to, ts, postedAt, ...content } : { ...before, deletedAt: world.now() }
  world.ephemerals[at] = after
  if (content) record.whispered(after)
  changes.changed({ kind: 'whisper', channel, ts, to })
}

const changeOf = ({ channel, ts, threadTs }: Message): Change => ({ kind: 'message', channel, ts, thread: threadTs })

export function contentOfDraft({ text, blocks, attachments }: Draft): Content {
  return { text: text ?? '', ...(blocks ? { blocks } : {}), ...(attachments ? { attachments } : {}) }
}

/** Slack names what the app left unnamed, so that a click can say where it came from. */
export function named(world: World, blocks: readonly Block[]): Block[] {
  return blocks.map((block) => {
    const parts: Record<string, unknown> = { ...block, block_id: block.block_id || world.nextId('b').toLowerCase() }
    if (block.type === 'actions') parts.elements = fieldsIn(block.elements).map((one) => withAction(world, one))
    for (const place of ['accessory', 'element']) {
      const element = block[place]
      if (isFields(element) && element.type !== 'image') parts[place] = withAction(world, element)
    }
    return parts as unknown as Block
  })
}

function withAction(world: World, element: Fields): Fields {
  return element.action_id ? element : { ...element, action_id: world.nextId('a').toLowerCase() }
}

function attachmentList(attachments: unknown): readonly Attachment[] {
  if (!Array.isArray(attachments) || !attachments.every(isFields)) throw new SlackError('invalid_attachments')
  if (attachments.length > 100) throw new SlackError('too_many_attachments')
  return attachments
}

function asStored(world: World, attachment: Attachment, index: number): Attachment {
  return {
    id: index + 1,
    fallback: '[no preview available]',
    ...attachment,
    ...(attachment.color === undefined ? {} : { color: attachment.color.replace(/^#/, '') }),
    ...(attachment.blocks === undefined ? {} : { blocks: named(world, attachment.blocks) }),
  }
}

function isMetadata(value: unknown): value is Fields {
  if (!isFields(value)) return false
  return Object.keys(value).length === 0 || (typeof value.event_type === 'string' && isFields(value.event_payload))
}
