import type { ReactNode } from 'react'
import { priorityWords } from './tickets.ts'

/** On or off, with a sentence about what that means. */
export function Switch(props: {
  readonly on: boolean
  readonly label: string
  readonly says?: string
  readonly disabled?: boolean
  readonly danger?: boolean
  onChange(on: boolean): void
}) {
  const { on, label, says, disabled = false, danger = false, onChange } = props
  return (
    <button
      type="button"
      role="switch"
      className={`switch ${danger ? 'switch-danger' : ''}`}
      aria-checked={on}
      disabled={disabled}
      onClick={() => onChange(!on)}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
      <span className="switch-words">
        <span className="switch-label">{label}</span>
        {says && <span className="switch-says">{says}</span>}
      </span>
    </button>
  )
}

/** What went wrong, where it went wrong; read aloud at once. */
export function Failure({ says, children }: { readonly says: string | null; readonly children?: ReactNode }) {
  if (says === null) return null
  return (
    <div className="failure" role="alert">
      <span>{says}</span>
      {children}
    </div>
  )
}

/** A dot and a word: never the colour alone. */
export function Priority({ priority }: { readonly priority: string | null }) {
  return (
    <span className="priority" data-priority={priority ?? 'none'}>
      <span className="lamp" aria-hidden="true" />
      {priorityWords(priority)}
    </span>
  )
}

export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="nothing">
      <p className="nothing-title">{title}</p>
      {children}
    </div>
  )
}
