import * as z from 'zod'
import { messageBlock, viewBlock } from './block-kit-blocks.ts'
import { plainText } from './block-kit-parts.ts'

export type Surface = 'message' | 'modal' | 'home'

/**
 * What Slack would refuse about these blocks, in its own words ("… [json-pointer:/blocks/0/text]"); none means accepted.
 * Limits from Slack's Block Kit reference, October 2026; an unknown field or type is refused, as Slack does.
 */
export function checkBlocks(blocks: unknown, surface: Surface, at = '/blocks'): string[] {
  const most = surface === 'message' ? 50 : 100
  if (!Array.isArray(blocks)) return [`[ERROR] must be an array [json-pointer:${at}]`]
  const tooMany = blocks.length > most ? [`[ERROR] no more than ${most} items allowed [json-pointer:${at}]`] : []

  const known = surface === 'message' ? messageBlock : viewBlock
  const wrong = blocks.flatMap((block, index) => problems(known.safeParse(block), `${at}/${index}`))
  return [...tooMany, ...wrong, ...duplicates(blocks, at), ...tooManyCharts(blocks, at)]
}

const BaseView = {
  blocks: z.array(z.unknown()).min(1),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
}

const ModalOrHome = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    ...BaseView,
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('home'), ...BaseView }),
])

/** What Slack would refuse about this modal or Home view; see `checkBlocks`. */
export function checkView(view: unknown): string[] {
  const parsed = ModalOrHome.safeParse(view)
  if (!parsed.success) return problems(parsed, '')
  const { data } = parsed

  const needsSubmit =
    data.type === 'modal' && !data.submit && data.blocks.some((block) => isRecord(block) && block.type === 'input')
      ? ['[ERROR] submit is required in the view when an input block is in the blocks array [json-pointer:/submit]']
      : []
  return [...needsSubmit, ...checkBlocks(data.blocks, data.type)]
}

/** How many characters of text the blocks hold; Slack refuses above some 13,200 with `msg_blocks_too_long`. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + textLength(entry), 0)
  if (!isRecord(value)) return 0
  let length = 0
  for (const [key, entry] of Object.entries(value)) {
    length += key === 'text' && typeof entry === 'string' ? entry.length : textLength(entry)
  }
  return length
}

function problems(result: z.ZodSafeParseResult<unknown>, at: string): string[] {
  if (result.success) return []
  return result.error.issues.map((issue) => {
    const where = `${at}${issue.path.map((key) => `/${String(key)}`).join('')}`
    return `[ERROR] ${inSlacksWords(issue)} [json-pointer:${where || '/'}]`
  })
}

function inSlacksWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_big' && issue.origin === 'string')
    return `must be less than ${Number(issue.maximum) + 1} characters`
  if (issue.code === 'too_small' && issue.origin === 'string')
    return `must be more than ${Number(issue.minimum) - 1} characters`
  if (issue.code === 'too_big' && issue.origin === 'array') return `no more than ${issue.maximum} items allowed`
  if (issue.code === 'too_small' && issue.origin === 'array') return `no fewer than ${issue.minimum} items allowed`
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_union' && 'discriminator' in issue) return 'unsupported type'
  if (issue.code === 'invalid_type' && issue.message.includes('received undefined')) {
    return `missing required field: ${String(issue.path.at(-1) ?? '')}`
  }
  return issue.message
}

function duplicates(blocks: readonly unknown[], at: string): string[] {
  const seen = new Set<unknown>()
  const found: string[] = []
  for (const [index, block] of blocks.entries()) {
    if (!isRecord(block)) continue
    const name = block.block_id
    if (typeof name === 'string' && seen.has(name)) {
      found.push(`[ERROR] \`block_id\` ${name} already exists [json-pointer:${at}/${index}/block_id]`)
    }
    seen.add(name)

    const actions = new Set<unknown>()
    const elements = Array.isArray(block.elements) ? block.elements.filter(isRecord) : []
    for (const [position, element] of elements.entries()) {
      const action = element.action_id
      if (typeof action === 'string' && actions.has(action)) {
        const where = `${at}/${index}/elements/${position}/action_id`
        found.push(`[ERROR] \`action_id\` ${action} already exists [json-pointer:${where}]`)
      }
      actions.add(action)
    }
  }
  return found
}

function tooManyCharts(blocks: readonly unknown[], at: string): string[] {
  const charts = blocks.filter((block) => isRecord(block) && block.type === 'data_visualization')
  return charts.length > 2 ? [`[ERROR] no more than 2 data_visualization blocks allowed [json-pointer:${at}]`] : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
