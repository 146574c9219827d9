import * as z from 'zod'
import { accessory, actionElement, buttonElement, contextAction, image, inputElement } from './block-kit-elements.ts'
import { anyText, id, imageSource, plainText } from './block-kit-parts.ts'
import { richText } from './block-kit-rich-text.ts'

const named = { block_id: id.optional() }
const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
  richText,
])

const section = z
  .strictObject({
    type: z.literal('section'),
    ...named,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, {
    error: 'missing required field: text or fields',
  })

const imageBlock = z
  .strictObject({
    type: z.literal('image'),
    ...named,
    ...imageSource,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
  })
  .refine((block) => (block.image_url === undefined) !== (block.slack_file === undefined), {
    error: 'must provide exactly one of: image_url, slack_file',
  })

const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    ...named,
    caption: z.string().min(1),
    rows: z.array(z.array(cell).min(1).max(20)).min(2).max(201),
    page_size: z.number().int().min(1).max(100).optional(),
    row_header_column_index: z.number().int().min(0).optional(),
  })
  .refine((block) => JSON.stringify(block.rows.map((row) => row.map(cellText))).length <= 20_000, {
    error: 'table content must be less than 20001 characters',
    path: ['rows'],
  })

function cellText(value: z.infer<typeof cell>): unknown {
  return 'text' in value ? value.text : value.elements
}

const points = z
  .array(z.strictObject({ label: z.string().min(1).max(20), value: z.number() }))
  .min(1)
  .max(20)

const series = (type: 'bar' | 'line' | 'area') =>
  z.strictObject({
    type: z.literal(type),
    series: z
      .array(z.strictObject({ name: z.string().min(1).max(20), data: points }))
      .min(1)
      .max(12),
    axis_config: z.strictObject({
      categories: z.array(z.string().min(1).max(20)).min(1).max(20),
      x_label: z.string().max(50).optional(),
      y_label: z.string().max(50).optional(),
    }),
  })

const chart = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('pie'),
    segments: z
      .array(z.strictObject({ label: z.string().min(1).max(20), value: z.number().gt(0) }))
      .min(1)
      .max(12),
  }),
  series('bar'),
  series('line'),
  series('area'),
])

const card = z.strictObject({
  type: z.literal('card'),
  ...named,
  hero_image: image.optional(),
  icon: image.optional(),
  title: anyText(150).optional(),
  subtitle: anyText(150).optional(),
  body: anyText(200).optional(),
  subtext: anyText(200).optional(),
  actions: z.array(buttonElement).max(3).optional(),
})

const everywhere = [
  section,
  imageBlock,
  richText,
  z.strictObject({ type: z.literal('header'), ...named, text: plainText(150) }),
  z.strictObject({ type: z.literal('divider'), ...named }),
  z.strictObject({ type: z.literal('actions'), ...named, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({
    type: z.literal('context'),
    ...named,
    elements: z
      .array(z.discriminatedUnion('type', [image, ...anyText(3000).options]))
      .min(1)
      .max(10),
  }),
  z.strictObject({
    type: z.literal('input'),
    ...named,
    label: plainText(2000),
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
    element: inputElement,
  }),
  z.strictObject({
    type: z.literal('video'),
    ...named,
    alt_text: z.string().min(1).max(200),
    title: plainText(200),
    title_url: z.string().optional(),
    video_url: z.string().min(1),
    thumbnail_url: z.string().min(1),
    author_name: z.string().max(50).optional(),
    provider_name: z.string().max(50).optional(),
    provider_icon_url: z.string().optional(),
    description: plainText(200).optional(),
  }),
  z.strictObject({
    type: z.literal('alert'),
    ...named,
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
] as const

const table = z.strictObject({
  type: z.literal('table'),
  ...named,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(['left', 'center', 'right']).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
})

const container = z.strictObject({
  type: z.literal('container'),
  ...named,
  title: plainText(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z.array(z.discriminatedUnion('type', [...everywhere, table])).max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: image.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
})

export const messageBlock = z.discriminatedUnion('type', [
  ...everywhere,
  table,
  container,
  dataTable,
  card,
  z.strictObject({ type: z.literal('carousel'), ...named, elements: z.array(card).min(1).max(10) }),
  z.strictObject({
    type: z.literal('context_actions'),
    ...named,
    elements: z.array(contextAction).min(1).max(5),
  }),
  z.strictObject({ type: z.literal('markdown'), ...named, text: z.string().min(1).max(12_000) }),
  z.strictObject({
    type: z.literal('data_visualization'),
    ...named,
    title: z.string().min(1).max(50),
    chart,
  }),
  z.strictObject({
    type: z.literal('file'),
    ...named,
    external_id: z.string().min(1),
    source: z.literal('remote'),
  }),
])

export const viewBlock = z.discriminatedUnion('type', [...everywhere])
