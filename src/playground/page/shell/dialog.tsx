import { type ReactNode, useLayoutEffect, useRef } from 'react'

export interface DialogProps {
  readonly label: string
  readonly className?: string
  /** Escape, the backdrop or a close button. */
  onClose(): void
  readonly children: ReactNode
}

/** What the app wants focused, else the first field, else what can be read and scrolled. */
const FIRST = ['[data-focus]', '.modal-body :is(.field, .select-button, input)', '.modal-body', 'input']

/** The browser's own modal dialog: keeps the focus inside, makes the rest inert, and gives the focus back. */
export function Dialog({ label, className = '', onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)

  useLayoutEffect(() => {
    const dialog = ref.current
    const before = document.activeElement
    dialog?.showModal()
    const first = FIRST.map((selector) => dialog?.querySelector<HTMLElement>(selector)).find(Boolean)
    first?.focus()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-label={label}
      onCancel={(event) => {
        if (event.target !== ref.current) return
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        if (event.target === ref.current && isOutside(event, ref.current)) onClose()
      }}
    >
      {children}
    </dialog>
  )
}

function isOutside({ clientX: x, clientY: y }: { clientX: number; clientY: number }, dialog: HTMLElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect()
  return x < left || x > right || y < top || y > bottom
}
