import type { PageView } from '../../page-contract.ts'
import { isFields } from '../../workspace/reading.ts'
import { fromRichText, type Given, givenOf, initialOf, wordOf } from '../blocks/values.ts'

/** What Slack's own client finds wrong before it sends a form: block_id -> words for people. */
export function formErrors(
  { blocks, values }: Pick<PageView, 'blocks' | 'values'>,
  entries: Readonly<Record<string, Given>>,
): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {}
  for (const { type, block_id: id, element, optional } of blocks) {
    if (type !== 'input' || id === undefined || !isFields(element)) continue
    const action = String(element.action_id)
    const given = entries[`${id}/${action}`] ?? givenOf(values[id]?.[action]) ?? initialOf(element)
    if (isEmpty(given)) {
      if (optional !== true && element.type !== 'file_input') errors[id] = 'Please complete this required field.'
      continue
    }
    const wrong = typeof given === 'string' ? wrongText(String(element.type), given, element) : undefined
    if (wrong) errors[id] = wrong
  }
  return errors
}

function isEmpty(given: Given | undefined): boolean {
  if (given === undefined || given === null || given === '') return true
  return Array.isArray(given) ? given.length === 0 : isFields(given) && fromRichText(given) === ''
}

function wrongText(type: string, text: string, element: Readonly<Record<string, unknown>>): string | undefined {
  const [least, most] = [Number(element.min_length ?? 0), Number(element.max_length ?? 3000)]
  if (text.length < least) return `Please enter at least ${least} characters.`
  if (text.length > most) return `Please enter at most ${most} characters.`
  if (type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(text)) return 'Please enter a valid e-mail address.'
  if (type === 'url_text_input' && !URL.canParse(text))
    return 'Please enter a valid address, such as https://example.com.'
  if (type !== 'number_input') return undefined
  const number = Number(text)
  if (Number.isNaN(number)) return 'Please enter a number.'
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return 'Please enter a whole number.'
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter ${wordOf(element.min_value)} or more.`
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter ${wordOf(element.max_value)} or less.`
  return undefined
}
