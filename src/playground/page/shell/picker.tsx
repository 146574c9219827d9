import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react'
import type { Choice, ChoiceGroup } from '../blocks/values.ts'
import { Icon } from './icon.tsx'
import { Popup } from './popup.tsx'

export interface PickerProps {
  readonly anchor: RefObject<HTMLElement | null>
  readonly label: string
  readonly groups: readonly ChoiceGroup[]
  readonly chosen: readonly string[]
  readonly several: boolean
  /** Said when nothing is left to choose. */
  readonly empty: string
  /** Looks the query up elsewhere; without it the groups are searched. */
  onSearch?(query: string): void
  onPick(choice: Choice): void
  onClose(): void
}

/** A list one can type into: the arrows move, Enter picks, Escape closes. */
export function Picker({ anchor, label, groups, chosen, several, empty, onSearch, onPick, onClose }: PickerProps) {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)

  useEffect(() => input.current?.focus(), [])

  const shown = onSearch
    ? groups
    : groups.map((group) => matching(group, query)).filter(({ choices }) => choices.length > 0)
  const all = shown.flatMap(({ choices }) => choices)
  const current = all[Math.min(at, all.length - 1)]

  const move = (to: number) => {
    const next = Math.max(0, Math.min(to, all.length - 1))
    setAt(next)
    list.current?.querySelector(`[data-at="${next}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const keys = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      move(to)
    }
    if (event.key === 'Enter' && current) {
      event.preventDefault()
      onPick(current)
    }
    if (event.key === 'Tab') onClose()
  }

  return (
    <Popup anchor={anchor} className="picker" onClose={onClose}>
      <input
        ref={input}
        className="field picker-search"
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={current ? `${id}-${current.value}` : undefined}
        placeholder={onSearch ? 'Look up …' : 'Filter …'}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
          onSearch?.(event.target.value)
        }}
        onKeyDown={keys}
      />
      <div
        ref={list}
        id={`${id}-list`}
        className="picker-list"
        role="listbox"
        aria-label={label}
        aria-multiselectable={several}
        tabIndex={-1}
      >
        {shown.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a listbox.
          <div key={group.label} role="group" aria-label={group.label || label}>
            {group.label && (
              <div className="picker-group" aria-hidden="true">
                {group.label}
              </div>
            )}
            {group.choices.map((choice) => {
              const isChosen = chosen.includes(choice.value)
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the combobox that owns this list.
                <div
                  key={choice.value}
                  id={`${id}-${choice.value}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={isChosen}
                  data-at={all.indexOf(choice)}
                  data-value={choice.value}
                  className={choice === current ? 'option option-current' : 'option'}
                  onPointerMove={() => setAt(all.indexOf(choice))}
                  onClick={() => onPick(choice)}
                >
                  <span className="option-mark">{isChosen && <Icon name="check" size={14} />}</span>
                  <span>
                    {choice.label}
                    {choice.description && <small>{choice.description}</small>}
                  </span>
                </div>
              )
            })}
          </div>
        ))}
      </div>
      {all.length === 0 && <p className="picker-empty">{empty}</p>}
    </Popup>
  )
}

function matching({ label, choices }: ChoiceGroup, query: string): ChoiceGroup {
  const wanted = query.trim().toLowerCase()
  return {
    label,
    choices: choices.filter((choice) => `${choice.label} ${choice.description}`.toLowerCase().includes(wanted)),
  }
}
