import * as z from 'zod'
import {
  confirm,
  id,
  imageSource,
  option,
  optionGroup,
  placeholder,
  plainText,
  richOption,
  style,
} from './block-kit-parts.ts'
import { richText } from './block-kit-rich-text.ts'

const action = { action_id: id.optional() }
const asks = { ...action, confirm: confirm.optional(), focus_on_load: z.boolean().optional() }
const selects = { ...asks, placeholder }
const several = { max_selected_items: z.number().int().min(1).optional() }
const typed = {
  ...action,
  placeholder,
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(['on_enter_pressed', 'on_character_entered']))
        .min(1)
        .max(2),
    })
    .optional(),
}

/** Static menus offer either options or option groups, never both. */
function choices<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z
    .strictObject({
      ...shape,
      options: z.array(option).min(1).max(100).optional(),
      option_groups: z.array(optionGroup).min(1).max(100).optional(),
    })
    .refine((menu: Record<string, unknown>) => (menu.options === undefined) !== (menu.option_groups === undefined), {
      error: 'must provide exactly one of: options, option_groups',
    })
}

const conversationFilter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, { error: 'filter must not be empty' })

const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: conversationFilter.optional(),
}
const respondsTo = { response_url_enabled: z.boolean().optional() }
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const button = z.strictObject({
  type: z.literal('button'),
  ...action,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style,
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
})

const menus = [
  choices({ type: z.literal('static_select'), ...selects, initial_option: option.optional() }),
  choices({
    type: z.literal('multi_static_select'),
    ...selects,
    ...several,
    initial_options: z.array(option).min(1).max(100).optional(),
  }),
  z.strictObject({
    type: z.literal('external_select'),
    ...selects,
    initial_option: option.optional(),
    min_query_length: z.number().int().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...selects,
    ...several,
    initial_options: z.array(option).min(1).max(100).optional(),
    min_query_length: z.number().int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal('users_select'), ...selects, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal('multi_users_select'),
    ...selects,
    ...several,
    initial_users: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...selects,
    ...conversations,
    ...respondsTo,
    initial_conversation: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...selects,
    ...several,
    ...conversations,
    initial_conversations: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...selects,
    ...respondsTo,
    initial_channel: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    ...selects,
    ...several,
    initial_channels: z.array(z.string()).optional(),
  }),
] as const

const choosers = [
  z.strictObject({
    type: z.literal('checkboxes'),
    ...asks,
    options: z.array(richOption).min(1).max(10),
    initial_options: z.array(richOption).min(1).max(10).optional(),
  }),
  z.strictObject({
    type: z.literal('radio_buttons'),
    ...asks,
    options: z.array(richOption).min(1).max(10),
    initial_option: richOption.optional(),
  }),
  z.strictObject({ type: z.literal('datepicker'), ...selects, initial_date: day.optional() }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...selects,
    initial_time: hour.optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('datetimepicker'), ...asks, initial_date_time: z.number().int().optional() }),
] as const

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...action,
  options: z.array(option).min(1).max(5),
  confirm: confirm.optional(),
})

const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  ...action,
  text: plainText(75),
  workflow: z.looseObject({ trigger: z.looseObject({ url: z.string() }) }),
  style,
  accessibility_label: z.string().max(75).optional(),
})

const numeric = z.string().regex(/^-?\d+(\.\d+)?$/)

const inputs = [
  z.strictObject({
    type: z.literal('plain_text_input'),
    ...typed,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  z.strictObject({ type: z.literal('email_text_input'), ...typed, initial_value: z.email().optional() }),
  z.strictObject({ type: z.literal('url_text_input'), ...typed, initial_value: z.url().optional() }),
  z.strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: numeric.optional(),
    min_value: numeric.optional(),
    max_value: numeric.optional(),
  }),
  z.strictObject({
    type: z.literal('file_input'),
    ...action,
    filetypes: z.array(z.string()).min(1).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
  z.strictObject({ type: z.literal('rich_text_input'), ...typed, initial_value: richText.optional() }),
] as const

export const image = z
  .strictObject({ type: z.literal('image'), ...imageSource, alt_text: z.string().min(1).max(2000) })
  .refine((picture) => (picture.image_url === undefined) !== (picture.slack_file === undefined), {
    error: 'must provide exactly one of: image_url, slack_file',
  })

export const buttonElement = button

/** Which elements may stand where. */
export const accessory = z.discriminatedUnion('type', [button, overflow, image, workflowButton, ...menus, ...choosers])
export const actionElement = z.discriminatedUnion('type', [button, overflow, workflowButton, ...menus, ...choosers])
export const inputElement = z.discriminatedUnion('type', [...inputs, ...menus, ...choosers])

const judged = z.strictObject({
  text: plainText(75),
  value: z.string().max(2000),
  accessibility_label: z.string().max(75).optional(),
})

export const contextAction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    ...action,
    positive_button: judged,
    negative_button: judged,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    ...action,
    icon: z.string(),
    text: plainText(75),
    value: z.string().max(2000).optional(),
    confirm: confirm.optional(),
    accessibility_label: z.string().max(75).optional(),
    visible_to_user_ids: z.array(z.string()).max(10).optional(),
  }),
])
