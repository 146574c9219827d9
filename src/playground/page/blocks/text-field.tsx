import type { KeyboardEvent } from 'react'
import { isFields } from '../../workspace/reading.ts'
import type { ControlProps } from './control-props.ts'
import { useControl } from './surface.ts'
import { asRichText, fromRichText, textOf, wordOf } from './values.ts'

const TYPES: Readonly<Record<string, string>> = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
}

export function TextField({ block, element, labelledBy, describedBy }: ControlProps) {
  const type = String(element.type)
  const rich = type === 'rich_text_input'
  const { control, given, busy, choose, dispatch } = useControl({ ...block, dispatch_action: false }, element)
  const value = rich ? fromRichText(given) : wordOf(given)
  const triggers = triggersOf(element)
  const dispatches = block.dispatch_action === true

  const change = (typed: string) => {
    const entered = rich ? asRichText(typed) : typed
    choose(entered)
    if (dispatches && triggers.includes('on_character_entered')) dispatch(entered)
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || !dispatches || !triggers.includes('on_enter_pressed')) return
    event.preventDefault()
    dispatch(rich ? asRichText(value) : value)
  }
  const common = {
    className: 'field',
    'data-control': control,
    'data-focus': element.focus_on_load === true ? '' : undefined,
    'aria-label': labelledBy ? undefined : textOf(element.placeholder) || 'Text',
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
    placeholder: textOf(element.placeholder),
    disabled: busy,
    value,
    minLength: numberIn(element.min_length),
    maxLength: numberIn(element.max_length),
    onKeyDown: keys,
  }

  if (rich || element.multiline === true) {
    return <textarea {...common} rows={4} onChange={({ target }) => change(target.value)} />
  }
  return (
    <input
      {...common}
      type={TYPES[type] ?? 'text'}
      min={wordOf(element.min_value) || undefined}
      max={wordOf(element.max_value) || undefined}
      step={type === 'number_input' ? (element.is_decimal_allowed === true ? 'any' : 1) : undefined}
      onChange={({ target }) => change(target.value)}
    />
  )
}

function triggersOf(element: Record<string, unknown>): readonly unknown[] {
  const config = element.dispatch_action_config
  const given = isFields(config) && Array.isArray(config.trigger_actions_on) ? config.trigger_actions_on : undefined
  return given ?? ['on_enter_pressed']
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
