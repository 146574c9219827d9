import { useEffect, useRef, useState } from 'react'
import { Confirm } from '../shell/confirm.tsx'
import type { ControlProps } from './control-props.ts'
import { useControl } from './surface.ts'
import { fromEpochSeconds, type Given, textOf, toEpochSeconds } from './values.ts'

const TYPES: Readonly<Record<string, string>> = {
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
}

/** How long somebody may go on typing a date before it is taken as chosen, milliseconds. */
const SETTLED_MS = 900

export function DateField({ block, element, labelledBy, describedBy }: ControlProps) {
  const type = String(element.type)
  const { control, given, busy, asking, choose } = useControl(block, element)
  const [draft, setDraft] = useState<string | null>(null)
  const settling = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(settling.current), [])

  const shown = draft ?? asInput(given)
  const commit = (typed: string) => {
    clearTimeout(settling.current)
    setDraft(null)
    if (typed === asInput(given)) return
    if (type === 'datetimepicker') choose(toEpochSeconds(typed))
    else choose(typed === '' ? null : typed)
  }

  return (
    <>
      <input
        className="field date"
        type={TYPES[type]}
        data-control={control}
        aria-label={labelledBy ? undefined : textOf(element.placeholder) || 'Date'}
        aria-labelledby={labelledBy}
        aria-describedby={describedBy}
        disabled={busy}
        value={shown}
        onChange={({ target: { value } }) => {
          setDraft(value)
          clearTimeout(settling.current)
          settling.current = setTimeout(() => commit(value), SETTLED_MS)
        }}
        onBlur={() => draft !== null && commit(draft)}
        onKeyDown={({ key }) => key === 'Enter' && draft !== null && commit(draft)}
      />
      {asking && <Confirm {...asking} />}
    </>
  )
}

function asInput(given: Given | undefined): string {
  if (typeof given === 'number') return fromEpochSeconds(given)
  return typeof given === 'string' ? given : ''
}
