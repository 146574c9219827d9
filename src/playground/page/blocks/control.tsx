import { useRef, useState } from 'react'
import { isFields } from '../../workspace/reading.ts'
import { Confirm } from '../shell/confirm.tsx'
import { Icon } from '../shell/icon.tsx'
import { Menu } from '../shell/menu.tsx'
import { Emoji } from '../text/rich.tsx'
import { Choices } from './choices.tsx'
import type { ControlProps } from './control-props.ts'
import { DateField } from './date-field.tsx'
import { SelectField } from './select-field.tsx'
import { useControl } from './surface.ts'
import { TextField } from './text-field.tsx'
import { choiceOf, textOf } from './values.ts'

/** One element a person can use. */
export function Control(props: ControlProps) {
  const type = String(props.element.type)
  if (type === 'button' || type === 'workflow_button') return <ButtonControl {...props} />
  if (type === 'icon_button') return <IconControl {...props} />
  if (type === 'feedback_buttons') return <Feedback {...props} />
  if (type === 'overflow') return <Overflow {...props} />
  if (type === 'checkboxes' || type === 'radio_buttons') return <Choices {...props} />
  if (type.endsWith('_select')) return <SelectField {...props} />
  if (type === 'datepicker' || type === 'timepicker' || type === 'datetimepicker') return <DateField {...props} />
  if (type === 'file_input') return <p className="note">Files cannot be uploaded in this playground.</p>
  return <TextField {...props} />
}

function ButtonControl({ block, element }: ControlProps) {
  const { control, busy, asking, dispatch } = useControl(block, element)
  const style = element.style === 'primary' || element.style === 'danger' ? element.style : ''
  const label = textOf(element.accessibility_label)
  return (
    <>
      <button
        type="button"
        className={`button ${style}`}
        data-control={control}
        aria-disabled={busy}
        aria-busy={busy}
        aria-label={label === '' ? undefined : label}
        onClick={() => {
          if (busy) return
          if (typeof element.url === 'string') openLink(element.url)
          dispatch(undefined)
        }}
      >
        {busy && <span className="spinner" aria-hidden="true" />}
        <span className={busy ? 'faded' : ''}>{withEmoji(textOf(element.text))}</span>
      </button>
      {asking && <Confirm {...asking} />}
    </>
  )
}

function openLink(url: string): void {
  if (/^https?:/i.test(url)) window.open(url, '_blank', 'noopener,noreferrer')
}

/** Plain text of Slack still shows :names: of emoji. */
export function withEmoji(text: string) {
  const parts = text.split(/:([a-z0-9_+'-]+):/)
  return parts.map((part, index) => {
    const key = `${index}:${part}`
    return index % 2 === 1 ? <Emoji key={key} name={part} /> : <span key={key}>{part}</span>
  })
}

function IconControl({ block, element }: ControlProps) {
  const { control, busy, asking, dispatch } = useControl(block, element)
  return (
    <>
      <button
        type="button"
        className="icon-button"
        data-control={control}
        aria-disabled={busy}
        aria-label={textOf(element.accessibility_label) || textOf(element.text)}
        onClick={() => busy || dispatch(undefined)}
      >
        <Icon name={element.icon === 'trash' ? 'trash' : 'star'} />
      </button>
      {asking && <Confirm {...asking} />}
    </>
  )
}

function Feedback({ block, element }: ControlProps) {
  const { control, busy, given, dispatch } = useControl(block, element)
  const buttons = [
    { icon: 'thumb-up', button: element.positive_button },
    { icon: 'thumb-down', button: element.negative_button },
  ] as const
  return (
    <span className="feedback" data-control={control}>
      {buttons.flatMap(({ icon, button }) =>
        isFields(button)
          ? [
              <button
                key={icon}
                type="button"
                className="icon-button"
                aria-disabled={busy}
                aria-pressed={given === button.value}
                aria-label={textOf(button.accessibility_label) || textOf(button.text)}
                onClick={() => busy || dispatch(String(button.value))}
              >
                <Icon name={icon} />
              </button>,
            ]
          : [],
      )}
    </span>
  )
}

function Overflow({ block, element }: ControlProps) {
  const { control, busy, asking, dispatch } = useControl(block, element)
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const options = Array.isArray(element.options) ? element.options.filter(isFields) : []
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className="button overflow"
        data-control={control}
        aria-disabled={busy}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label="More actions"
        onClick={() => setOpen(!open && !busy)}
      >
        {busy ? <span className="spinner" aria-hidden="true" /> : <Icon name="more" />}
      </button>
      {open && (
        <Menu
          anchor={anchor}
          label="More actions"
          onClose={() => setOpen(false)}
          entries={options.map((option) => {
            const { value, label, description } = choiceOf(option)
            return {
              id: value,
              label,
              hint: description,
              choose() {
                if (typeof option.url === 'string') openLink(option.url)
                dispatch(value)
              },
            }
          })}
        />
      )}
      {asking && <Confirm {...asking} />}
    </>
  )
}
