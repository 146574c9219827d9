import type { Attachment, Block, Content, Fields } from './model.ts'

/** Something a person can use: a button, a menu, a field. */
export interface Control {
  readonly type: string
  readonly actionId: string
  readonly blockId: string
  readonly label: string
  readonly value: string | undefined
  /** 1-based attachment the block is in, as Slack counts. */
  readonly attachment: number | undefined
  readonly block: Block
  readonly element: Fields
}

/** All the text of a message in reading order, for people and for assertions. */
export function readText({ text, blocks, attachments }: Content): string {
  const inBlocks = [...(blocks ?? []), ...(attachments ?? []).flatMap((attachment) => attachment.blocks ?? [])]
  const shown = inBlocks.length > 0 ? inBlocks.flatMap(texts) : attachmentTexts(attachments)
  return [text, ...shown].filter(Boolean).join('\n')
}

/** All the text of blocks alone, as in a modal or on the Home tab. */
export function readBlocks(blocks: readonly Block[]): string {
  return blocks.flatMap(texts).join('\n')
}

export function controls({ blocks, attachments }: Pick<Content, 'blocks' | 'attachments'>): Control[] {
  return [
    ...(blocks ?? []).flatMap((block) => controlsOf(block, undefined)),
    ...(attachments ?? []).flatMap((attachment, index) =>
      (attachment.blocks ?? []).flatMap((block) => controlsOf(block, index + 1)),
    ),
  ]
}

/** By action_id (or `block_id/action_id`), by block_id, by visible label or placeholder, or by the label of an overflow or menu option. */
export function findControl(found: readonly Control[], wanted: string): Control | undefined {
  return (
    found.find((control) => control.actionId === wanted || `${control.blockId}/${control.actionId}` === wanted) ??
    found.find((control) => control.blockId === wanted) ??
    found.find((control) => control.label === wanted) ??
    found.find((control) => optionsOf(control.element).some((option) => labelOf(option) === wanted))
  )
}

export function optionsOf(element: Fields): readonly Fields[] {
  const groups = fieldsIn(element.option_groups).flatMap((group) => fieldsIn(group.options))
  return [...fieldsIn(element.options), ...groups]
}

/** The visible text of an option, a button, an input. */
export function labelOf(thing: Fields): string {
  const text = thing.text ?? thing.label ?? thing.placeholder
  if (typeof text === 'string') return text
  return isFields(text) && typeof text.text === 'string' ? text.text : ''
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function fieldsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

function controlsOf(block: Block, attachment: number | undefined): Control[] {
  const nested = fieldsIn(block.child_blocks).flatMap((child) => controlsOf(child as Block, attachment))
  const inCards = block.type === 'carousel' ? fieldsIn(block.elements) : []
  const elements = [
    ...(block.type === 'actions' || block.type === 'context_actions' ? fieldsIn(block.elements) : []),
    ...(block.type === 'card' ? fieldsIn(block.actions) : []),
    ...inCards.flatMap((card) => fieldsIn(card.actions)),
    ...[block.accessory, block.element].filter(isFields),
  ]
  return [...elements.flatMap((element) => asControl(block, element, attachment)), ...nested]
}

function asControl(block: Block, element: Fields, attachment: number | undefined): Control[] {
  if (element.type === 'image' || typeof element.action_id !== 'string') return []
  return [
    {
      type: String(element.type),
      actionId: element.action_id,
      blockId: block.block_id ?? '',
      label: block.type === 'input' ? labelOf(block) : labelOf(element),
      value: typeof element.value === 'string' ? element.value : undefined,
      attachment,
      block,
      element,
    },
  ]
}

const WORDY = new Set([
  'text',
  'label',
  'title',
  'alt_text',
  'placeholder',
  'hint',
  'caption',
  'name',
  'subtitle',
  'body',
  'description',
])

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([key, entry]) => {
    if (typeof entry !== 'string') return texts(entry)
    return WORDY.has(key) && entry !== '' ? [entry] : []
  })
}

function attachmentTexts(attachments: readonly Attachment[] | undefined): string[] {
  return (attachments ?? []).flatMap((attachment) =>
    ['pretext', 'title', 'text'].flatMap((key) => (typeof attachment[key] === 'string' ? [attachment[key]] : [])),
  )
}
