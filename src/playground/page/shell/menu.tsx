import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'
import { Popup } from './popup.tsx'

export interface MenuEntry {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly danger?: boolean
  choose(): void
}

export interface MenuProps {
  readonly anchor: RefObject<HTMLElement | null>
  readonly label: string
  readonly entries: readonly MenuEntry[]
  onClose(): void
}

/** A menu of commands: arrows, Home and End move, Enter chooses, Escape closes. */
export function Menu({ anchor, label, entries, onClose }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null)

  useEffect(() => {
    ref.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
  }, [])

  const move = (event: KeyboardEvent) => {
    const items = [...(ref.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
    if (event.key === 'Tab') onClose()
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    items.at(to % items.length)?.focus()
  }

  return (
    <Popup anchor={anchor} className="menu" onClose={onClose}>
      <div ref={ref} role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
        {entries.map(({ id, label, hint, danger, choose }) => (
          <button
            key={id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={danger ? 'menu-entry menu-danger' : 'menu-entry'}
            onClick={() => {
              onClose()
              anchor.current?.focus()
              choose()
            }}
          >
            <span>{label}</span>
            {hint && <small>{hint}</small>}
          </button>
        ))}
      </div>
    </Popup>
  )
}
