import { useId } from 'react'
import type { Fields } from '../../workspace/model.ts'
import { fieldsIn } from '../../workspace/reading.ts'
import { Confirm } from '../shell/confirm.tsx'
import { Mrkdwn } from '../text/rich.tsx'
import type { ControlProps } from './control-props.ts'
import { useControl } from './surface.ts'
import { textOf } from './values.ts'

/** Checkboxes and radio buttons. */
export function Choices({ block, element, labelledBy, describedBy }: ControlProps) {
  const { control, given, busy, asking, choose } = useControl(block, element)
  const name = useId()
  const several = element.type === 'checkboxes'
  const chosen = Array.isArray(given) ? given.map(String) : typeof given === 'string' ? [given] : []

  const toggle = (value: string, isOn: boolean) => {
    if (busy) return
    if (several) choose(isOn ? [...chosen, value] : chosen.filter((one) => one !== value))
    else choose(value)
  }

  return (
    <fieldset className="choices" aria-labelledby={labelledBy} aria-describedby={describedBy} data-control={control}>
      {fieldsIn(element.options).map((option) => {
        const value = String(option.value)
        const id = `${name}-${value}`
        return (
          <div key={value} className="choice">
            <input
              id={id}
              type={several ? 'checkbox' : 'radio'}
              name={name}
              value={value}
              checked={chosen.includes(value)}
              aria-disabled={busy}
              onChange={({ target }) => toggle(value, target.checked)}
            />
            <label htmlFor={id}>
              <Words text={option.text} />
              {textOf(option.description) && (
                <small>
                  <Words text={option.description} />
                </small>
              )}
            </label>
          </div>
        )
      })}
      {asking && <Confirm {...asking} />}
    </fieldset>
  )
}

function Words({ text }: { readonly text: Fields[string] }) {
  const words = textOf(text)
  const isMarked = typeof text === 'object' && text !== null && 'type' in text && text.type === 'mrkdwn'
  return isMarked ? <Mrkdwn text={words} /> : words
}
