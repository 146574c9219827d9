import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react'

export interface PopupProps {
  readonly anchor: RefObject<HTMLElement | null>
  readonly className?: string
  readonly above?: boolean
  onClose(): void
  readonly children: ReactNode
}

/** Floats by its anchor in the browser's top layer; closes on Escape and on a click elsewhere. */
export function Popup({ anchor, className = '', above = false, onClose, children }: PopupProps) {
  const ref = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const popup = ref.current
    if (!popup) return
    const place = () => placeBy(popup, anchor.current, above)
    // So that a click on what opened it closes it, instead of closing and opening it again; after the click of now.
    const opener = anchor.current instanceof HTMLButtonElement ? anchor.current : null
    const soon = setTimeout(() => {
      if (opener) opener.popoverTargetElement = popup
    })
    popup.showPopover()
    place()
    const resized = new ResizeObserver(place)
    resized.observe(popup)
    window.addEventListener('scroll', place, true)
    window.addEventListener('resize', place)
    return () => {
      clearTimeout(soon)
      if (opener) opener.popoverTargetElement = null
      resized.disconnect()
      window.removeEventListener('scroll', place, true)
      window.removeEventListener('resize', place)
    }
  }, [anchor, above])

  return (
    <div
      ref={ref}
      popover="auto"
      className={`popup ${className}`}
      onToggle={(event) => {
        if (event.target !== ref.current || event.newState !== 'closed') return
        onClose()
        // Where the focus was in the popup, it goes back to what opened it.
        if (document.activeElement === document.body) anchor.current?.focus()
      }}
    >
      {children}
    </div>
  )
}

function placeBy(popup: HTMLElement, anchor: HTMLElement | null, above: boolean): void {
  if (!anchor) return
  const by = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = popup
  const below = by.bottom + 4 + height <= innerHeight
  const top = !above && below ? by.bottom + 4 : by.top - 4 - height
  popup.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`
  popup.style.left = `${Math.max(8, Math.min(by.left, innerWidth - width - 8))}px`
  popup.style.minWidth = `${Math.min(by.width, 420)}px`
}
