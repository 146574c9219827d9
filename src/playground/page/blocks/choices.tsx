import { useId } from 'react'
import { fieldsIn, isFields } from '../../workspace/reading.ts'
import { Confirm } from '../shell/confirm.tsx'
import { Mrkdwn } from '../text/rich.tsx'
import type { ControlProps } from './control.tsx'
import { useControl } from './surface.ts'
import { textOf } from './values.ts'

export function Checkboxes({ block, element, labelledBy, describedBy }: ControlProps) {
  const { control, given, busy, asking, choose } = useControl(block, element)
  const chosen = Array.isArray(given) ? given.map(String) : []
  return (
    <div
      className="choices"
      role="group"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      data-control={control}
    >
      {fieldsIn(element.options).map((option) => {
        const value = String(option.value)
        return (
          <ChoiceLine key={value} option={option}>
            <input
              type="checkbox"
              value={value}
              checked={chosen.includes(value)}
              disabled={busy}
              onChange={({ target }) =>
                choose(target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
              }
            />
          </ChoiceLine>
        )
      })}
      {asking && <Confirm {...asking} />}
    </div>
  )
}

export function Radios({ block, element, labelledBy, describedBy }: ControlProps) {
  const { control, given, busy, asking, choose } = useControl(block, element)
  const name = useId()
  return (
    <div
      className="choices"
      role="radiogroup"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      data-control={control}
    >
      {fieldsIn(element.options).map((option) => {
        const value = String(option.value)
        return (
          <ChoiceLine key={value} option={option}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={given === value}
              disabled={busy}
              onChange={() => choose(value)}
            />
          </ChoiceLine>
        )
      })}
      {asking && <Confirm {...asking} />}
    </div>
  )
}

function ChoiceLine({
  option,
  children,
}: {
  readonly option: { readonly text?: unknown; readonly description?: unknown }
  readonly children: React.ReactNode
}) {
  const description = textOf(option.description)
  const isMarked = isFields(option.text) && option.text.type === 'mrkdwn'
  return (
    <label className="choice">
      {children}
      <span>
        {isMarked ? <Mrkdwn text={textOf(option.text)} /> : textOf(option.text)}
        {description && (
          <small>
            <Mrkdwn text={description} />
          </small>
        )}
      </span>
    </label>
  )
}
