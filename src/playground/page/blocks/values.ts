import type { Fields } from '../../workspace/model.ts'
import { fieldsIn, isFields } from '../../workspace/reading.ts'

/** What a gesture hands over for a control: see `enteredValue` of the workspace. */
export type Given = string | number | readonly string[] | Fields | null

/** What Slack's view.state.values holds of one field, as a gesture would hand it over; undefined when it holds nothing. */
export function givenOf(held: Fields | undefined): Given | undefined {
  if (!held) return undefined
  const [, value] = Object.entries(held).find(([key]) => key !== 'type') ?? []
  if (Array.isArray(value)) return value.map((one: unknown) => (isFields(one) ? String(one.value) : String(one)))
  if (isFields(value)) return value.type === 'rich_text' ? value : String(value.value)
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

const INITIAL = [
  'initial_value',
  'initial_option',
  'initial_options',
  'initial_user',
  'initial_users',
  'initial_conversation',
  'initial_conversations',
  'initial_channel',
  'initial_channels',
  'initial_date',
  'initial_time',
  'initial_date_time',
] as const

/** What the app put into a field before anybody touched it. */
export function initialOf(element: Fields): Given | undefined {
  const key = INITIAL.find((name) => element[name] !== undefined)
  return key === undefined ? undefined : givenOf({ [key]: element[key] })
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly description: string
}

export interface ChoiceGroup {
  readonly label: string
  readonly choices: readonly Choice[]
}

/** The options of a menu in their groups; those without one come in a group without a name. */
export function choicesOf(element: Fields): readonly ChoiceGroup[] {
  const groups = fieldsIn(element.option_groups)
  if (groups.length === 0) return [{ label: '', choices: fieldsIn(element.options).map(choiceOf) }]
  return groups.map((group) => ({ label: textOf(group.label), choices: fieldsIn(group.options).map(choiceOf) }))
}

export function choiceOf(option: Fields): Choice {
  return { value: String(option.value), label: textOf(option.text), description: textOf(option.description) }
}

/** The text of a text object, or of nothing. */
export function textOf(text: unknown): string {
  if (typeof text === 'string') return text
  return isFields(text) && typeof text.text === 'string' ? text.text : ''
}

/** A value of a block that should be a word or a figure; empty for anything else. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Plain typing as the rich text Slack sends: one section a paragraph. */
export function asRichText(typed: string): Fields {
  const elements = typed === '' ? [] : [{ type: 'text', text: typed }]
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }
}

/** What was typed into a rich text field, without its styles. */
export function fromRichText(given: Given | undefined): string {
  const texts = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(texts).join('')
      : isFields(value)
        ? typeof value.text === 'string'
          ? value.text
          : texts(value.elements)
        : ''
  return texts(given)
}

/** Seconds since 1970 for what `<input type="datetime-local">` holds, in the reader's zone. */
export function toEpochSeconds(local: string): number | null {
  const ms = new Date(local).getTime()
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000)
}

export function fromEpochSeconds(seconds: number): string {
  const at = new Date(seconds * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}
