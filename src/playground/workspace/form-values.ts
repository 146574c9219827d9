import type { Block, Fields } from './model.ts'
import { controls, fieldsIn, labelOf, optionsOf } from './reading.ts'

type Values = Readonly<Record<string, Readonly<Record<string, Fields>>>>

/** What `view.state.values` holds: each field that can hold something, with its initial or kept value. */
export function formValues(blocks: readonly Block[], kept: Values = {}): Values {
  const values: Record<string, Record<string, Fields>> = {}
  for (const { blockId, actionId, element } of controls({ blocks })) {
    const value = kept[blockId]?.[actionId] ?? initialValue(element)
    if (value) values[blockId] = { ...values[blockId], [actionId]: value }
  }
  return values
}

/** How Slack names the value of each kind of field, and where the initial one comes from; buttons hold none. */
const HOLDS: Readonly<Record<string, readonly [value: string, initial: string]>> = {
  plain_text_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  rich_text_input: ['rich_text_value', 'initial_value'],
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  multi_static_select: ['selected_options', 'initial_options'],
  multi_external_select: ['selected_options', 'initial_options'],
  checkboxes: ['selected_options', 'initial_options'],
  users_select: ['selected_user', 'initial_user'],
  multi_users_select: ['selected_users', 'initial_users'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations'],
  channels_select: ['selected_channel', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'initial_channels'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
  file_input: ['files', 'initial_files'],
}

function initialValue(element: Fields): Fields | undefined {
  const type = String(element.type)
  const [value, initial] = HOLDS[type] ?? []
  if (value === undefined || initial === undefined) return undefined
  const empty = value.endsWith('s') && value !== 'files' ? [] : null
  return { type, [value]: element[initial] ?? empty }
}

/** What a person gave, as Slack sends it: menus take an option's value or label, people and channels go by name or id. */
export function enteredValue(
  element: Fields,
  given: unknown,
  find: (name: string) => string,
  offered = optionsOf(element),
): Fields {
  const type = String(element.type)
  const [value] = HOLDS[type] ?? []
  if (value === undefined) throw new Error(`A ${type} cannot be filled in.`)
  const several = (Array.isArray(given) ? given : [given])
    .filter((one) => one !== null && one !== undefined)
    .map(String)
  const [first] = several

  if (value === 'selected_options') return { type, [value]: several.map((one) => chosen(offered, one, type)) }
  if (value === 'selected_option') return { type, [value]: first === undefined ? null : chosen(offered, first, type) }
  if (/users$|conversations$|channels$/.test(value)) return { type, [value]: several.map(find) }
  if (/user$|conversation$|channel$/.test(value)) return { type, [value]: first === undefined ? null : find(first) }
  if (value === 'selected_date_time') return { type, [value]: Number(first) }
  if (value === 'rich_text_value') return { type, [value]: given }
  if (value === 'files') return { type, [value]: fieldsIn(given) }
  return { type, [value]: first ?? null }
}

export function isEmptyValue(value: Fields | undefined): boolean {
  if (!value) return true
  return Object.entries(value).every(
    ([key, held]) => key === 'type' || held === null || held === '' || (Array.isArray(held) && held.length === 0),
  )
}

function chosen(offered: readonly Fields[], wanted: string, type: string): Fields {
  const option = offered.find((one) => one.value === wanted) ?? offered.find((one) => labelOf(one) === wanted)
  if (option) return option
  const known = offered.map((one) => `"${labelOf(one)}" (${String(one.value)})`).join(', ')
  throw new Error(`The ${type} does not offer "${wanted}"; it offers ${known || 'nothing'}.`)
}
