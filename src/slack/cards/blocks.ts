import type {
  ActionsBlock,
  Button,
  ContextBlock,
  KnownBlock,
  MessageAttachment,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types'

/** A message as `chat.postMessage` and `chat.update` take it. */
export interface RenderedMessage {
  /** What the notification and a screen reader say. */
  readonly text: string
  readonly blocks: KnownBlock[]
  /** Always there, empty when there is none: `chat.update` keeps old attachments when the argument is missing. */
  readonly attachments: MessageAttachment[]
}

/** Block Kit's limits as published at docs.slack.dev, October 2026. */
export const LIMITS = {
  text: 3000,
  field: 2000,
  fields: 10,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  blockId: 255,
  blocks: 50,
  modalTitle: 24,
  optionText: 75,
  optionDescription: 75,
  options: 100,
} as const

/** `verbatim` keeps Slack from making links and mentions of its own. */
const mrkdwn = (text: string, max: number = LIMITS.text): MrkdwnElement => ({
  type: 'mrkdwn',
  text: cutLines(text, max),
  verbatim: true,
})

export const plain = (text: string, max: number): PlainTextElement => ({
  type: 'plain_text',
  text: cutChars(text, max),
  emoji: true,
})

export const section = (text: string, blockId?: string): SectionBlock => ({
  type: 'section',
  ...(blockId === undefined ? {} : { block_id: blockId.slice(0, LIMITS.blockId) }),
  text: mrkdwn(text),
})

export const fields = (texts: readonly string[]): SectionBlock[] =>
  texts.length === 0
    ? []
    : [{ type: 'section', fields: texts.slice(0, LIMITS.fields).map((text) => mrkdwn(text, LIMITS.field)) }]

export const context = (texts: readonly string[]): ContextBlock[] =>
  texts.length === 0
    ? []
    : [{ type: 'context', elements: texts.slice(0, LIMITS.contextElements).map((text) => mrkdwn(text)) }]

export const actions = (buttons: readonly Button[]): ActionsBlock[] =>
  buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons.slice(0, LIMITS.actionElements) }]

export const button = (options: {
  readonly actionId: string
  readonly label: string
  readonly value: string
  readonly style?: 'primary' | 'danger' | undefined
  readonly url?: string
}): Button => ({
  type: 'button',
  action_id: options.actionId,
  text: plain(options.label, LIMITS.buttonText),
  value: options.value.slice(0, LIMITS.buttonValue),
  ...(options.style ? { style: options.style } : {}),
  ...(options.url ? { url: options.url } : {}),
})

// Markup must not be cut in the middle, so the last resort drops whole lines; pieces are cut where they are escaped.
function cutLines(text: string, max: number): string {
  if (text.length <= max) return text === '' ? ' ' : text
  const lines = text.split('\n')
  while (lines.length > 1 && lines.join('\n').length > max - 2) lines.pop()
  const kept = lines.join('\n')
  return kept.length > max - 2 ? '…' : `${kept}\n…`
}

function cutChars(text: string, max: number): string {
  if (text.length <= max) return text === '' ? ' ' : text
  let kept = ''
  for (const char of text) {
    if (kept.length + char.length > max - 1) break
    kept += char
  }
  return `${kept}…`
}
