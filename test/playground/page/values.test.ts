import { expect, test } from 'vitest'
import {
  asRichText,
  choicesOf,
  fromEpochSeconds,
  fromRichText,
  type Given,
  givenOf,
  initialOf,
  toEpochSeconds,
} from '../../../src/playground/page/blocks/values.ts'
import { enteredValue, formValues } from '../../../src/playground/workspace/form-values.ts'
import type { Fields } from '../../../src/playground/workspace/model.ts'

const option = (value: string) => ({ value, text: { type: 'plain_text', text: value.toUpperCase() } })
const options = [option('a'), option('b')]

/** Each kind of field with what its control hands over, and how the app presets it. */
const FIELDS: readonly (readonly [element: Fields, given: Given, preset: Fields])[] = [
  [{ type: 'plain_text_input' }, 'words', { initial_value: 'words' }],
  [{ type: 'email_text_input' }, 'a@b.example', { initial_value: 'a@b.example' }],
  [{ type: 'url_text_input' }, 'https://a.example', { initial_value: 'https://a.example' }],
  [{ type: 'number_input' }, '3', { initial_value: '3' }],
  [{ type: 'rich_text_input' }, asRichText('words'), { initial_value: asRichText('words') }],
  [{ type: 'static_select', options }, 'b', { initial_option: option('b') }],
  [{ type: 'static_select', option_groups: [{ label: 'One', options }] }, 'b', { initial_option: option('b') }],
  [{ type: 'radio_buttons', options }, 'a', { initial_option: option('a') }],
  [{ type: 'checkboxes', options }, ['a', 'b'], { initial_options: options }],
  [{ type: 'multi_static_select', options }, ['b'], { initial_options: [option('b')] }],
  [{ type: 'users_select' }, 'U1', { initial_user: 'U1' }],
  [{ type: 'multi_users_select' }, ['U1', 'U2'], { initial_users: ['U1', 'U2'] }],
  [{ type: 'channels_select' }, 'C1', { initial_channel: 'C1' }],
  [{ type: 'multi_channels_select' }, ['C1'], { initial_channels: ['C1'] }],
  [{ type: 'conversations_select' }, 'C1', { initial_conversation: 'C1' }],
  [{ type: 'multi_conversations_select' }, ['C1'], { initial_conversations: ['C1'] }],
  [{ type: 'datepicker' }, '2026-11-22', { initial_date: '2026-11-22' }],
  [{ type: 'timepicker' }, '14:20', { initial_time: '14:20' }],
  [{ type: 'datetimepicker' }, 1_795_363_200, { initial_date_time: 1_795_363_200 }],
]

test.each(FIELDS)('%o: what a control hands over is what Slack then holds', (element, given) => {
  const held = enteredValue(element, given, (id) => id)

  expect(givenOf(held)).toEqual(given)
})

test.each(FIELDS)('%o: begins with what the app put there', (element, given, preset) => {
  const block = { type: 'input', block_id: 'block', element: { ...element, ...preset, action_id: 'action' } }

  expect(initialOf(block.element)).toEqual(given)
  expect(givenOf(formValues([block]).block?.action)).toEqual(given)
})

test('a field that holds nothing hands over nothing', () => {
  expect(givenOf(undefined)).toBeUndefined()
  expect(givenOf({ type: 'static_select', selected_option: null })).toBeNull()
  expect(initialOf({ type: 'static_select', options })).toBeUndefined()
})

test('options come in their groups', () => {
  expect(choicesOf({ options })).toEqual([
    {
      label: '',
      choices: [
        { value: 'a', label: 'A', description: '' },
        { value: 'b', label: 'B', description: '' },
      ],
    },
  ])
  expect(choicesOf({ option_groups: [{ label: { type: 'plain_text', text: 'One' }, options }] })).toMatchObject([
    { label: 'One', choices: [{ value: 'a' }, { value: 'b' }] },
  ])
})

test('typed text is rich text and back', () => {
  expect(fromRichText(asRichText('two\nlines'))).toBe('two\nlines')
  expect(fromRichText(undefined)).toBe('')
})

test('a local date and time is seconds since 1970 and back', () => {
  expect(fromEpochSeconds(toEpochSeconds('2026-11-22T14:20')!)).toBe('2026-11-22T14:20')
  expect(toEpochSeconds('')).toBeNull()
})
