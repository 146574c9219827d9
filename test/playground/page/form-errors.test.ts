import { expect, test } from 'vitest'
import { formErrors } from '../../../src/playground/page/views/form-errors.ts'

const input = (id: string, element: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: 'input',
  block_id: id,
  element: { action_id: 'value', ...element },
  ...more,
})
const text = { type: 'plain_text_input' }

test('asks for what is required, and for nothing else', () => {
  const blocks = [
    input('topic', text),
    input('note', text, { optional: true }),
    input('who', { type: 'multi_users_select' }),
    input('start', { type: 'datepicker', initial_date: '2026-11-22' }),
    { type: 'section', block_id: 'words' },
  ]

  expect(Object.keys(formErrors({ blocks, values: {} }, { 'who/value': [] }))).toEqual(['topic', 'who'])
  expect(formErrors({ blocks, values: {} }, { 'topic/value': 'SSO', 'who/value': ['U1'] })).toEqual({})
})

test('knows what the server holds, until it is cleared', () => {
  const blocks = [input('topic', text)]
  const values = { topic: { value: { type: 'plain_text_input', value: 'SSO' } } }

  expect(formErrors({ blocks, values }, {})).toEqual({})
  expect(formErrors({ blocks, values }, { 'topic/value': '' })).toHaveProperty('topic')
})

test.each([
  [{ ...text, min_length: 3 }, 'ab', 'at least 3'],
  [{ ...text, max_length: 3 }, 'abcd', 'at most 3'],
  [{ type: 'email_text_input' }, 'grace', 'valid e-mail'],
  [{ type: 'url_text_input' }, 'example', 'valid address'],
  [{ type: 'number_input', is_decimal_allowed: false }, '1.5', 'whole number'],
  [{ type: 'number_input', is_decimal_allowed: true, min_value: '2' }, '1.5', '2 or more'],
  [{ type: 'number_input', is_decimal_allowed: false, max_value: '9' }, '10', '9 or less'],
])('says what is wrong with %o', (element, given, words) => {
  expect(formErrors({ blocks: [input('field', element)], values: {} }, { 'field/value': given }).field).toContain(words)
})
