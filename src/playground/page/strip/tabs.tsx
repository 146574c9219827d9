import { type KeyboardEvent, type ReactNode, useRef } from 'react'

export interface Tab<Name extends string> {
  readonly name: Name
  readonly label: string
  /** A small sign behind the label, with what it means for those who do not see it. */
  readonly mark?: { readonly sign: string; readonly says: string } | undefined
  readonly content: ReactNode
}

/**
 * The tabs pattern of the ARIA Authoring Practices: arrows move, Home and End jump. Panels stay as they are while another
 * one is shown, so that each keeps its place.
 */
export function Tabs<Name extends string>(props: {
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  readonly chosen: Name
  onChoose(name: Name): void
}) {
  const { label, tabs, chosen, onChoose } = props
  const list = useRef<HTMLDivElement>(null)

  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ name }) => name === chosen)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    onChoose(next.name)
    list.current?.querySelector<HTMLElement>(`#strip-tab-${next.name}`)?.focus()
  }

  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className="strip-tabs" onKeyDown={move}>
        {tabs.map(({ name, label, mark }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`strip-tab-${name}`}
            aria-controls={`strip-panel-${name}`}
            aria-selected={name === chosen}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => onChoose(name)}
          >
            {label}
            {mark && (
              <span className="tab-mark">
                <span aria-hidden="true">{mark.sign}</span>
                <span className="unseen"> ({mark.says})</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div className="panels">
        {tabs.map(({ name, content }) => (
          <div
            key={name}
            role="tabpanel"
            id={`strip-panel-${name}`}
            aria-labelledby={`strip-tab-${name}`}
            className="panel"
            data-shown={name === chosen}
          >
            {content}
          </div>
        ))}
      </div>
    </>
  )
}
