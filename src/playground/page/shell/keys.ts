import { useEffect } from 'react'
import { usePageTools } from '../page.ts'
import type { PageState } from '../state.ts'

/** The keys that work everywhere, as `KeysHelp` lists them. */
export function useKeys(open: (what: 'switcher' | 'keys') => void): void {
  const { store, acts } = usePageTools()

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return
      const { key, altKey, ctrlKey, metaKey } = event
      if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') {
        event.preventDefault()
        open('switcher')
      } else if (altKey && (key === 'ArrowDown' || key === 'ArrowUp')) {
        event.preventDefault()
        const channel = neighbour(store.get(), key === 'ArrowDown' ? 1 : -1)
        if (channel !== undefined) acts.go({ channel, tab: 'messages' })
      } else if (key === 'F6') {
        event.preventDefault()
        nextPane(event.shiftKey ? -1 : 1)
      } else if (key === '?' && !isTyping(event.target)) {
        event.preventDefault()
        open('keys')
      } else if (key === 'Escape' && store.get().thread && !isTyping(event.target)) {
        acts.openThread(null)
      }
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [store, acts, open])
}

/** As the sidebar orders them: channels, then direct messages. */
export function inOrder(channels: PageState['channels']): PageState['channels'] {
  const byName = channels.toSorted((a, b) => a.name.localeCompare(b.name))
  return [
    ...byName.filter(({ kind, joined }) => kind !== 'dm' && joined),
    ...byName.filter(({ kind, joined }) => kind !== 'dm' && !joined),
    ...byName.filter(({ kind }) => kind === 'dm'),
  ]
}

function neighbour({ channels, place }: PageState, step: 1 | -1): string | undefined {
  const all = inOrder(channels)
  const at = all.findIndex(({ id }) => id === place.channel)
  return all.at((at + step + all.length) % Math.max(1, all.length))?.id
}

/** Moves the focus from one part of the window to the next, as F6 does in browsers. */
function nextPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane-name]')].filter(
    (pane) => pane.offsetParent !== null,
  )
  const at = panes.findIndex((pane) => pane.contains(document.activeElement))
  const next = panes.at((at + step + panes.length) % Math.max(1, panes.length))
  const inside = next?.querySelector<HTMLElement>('[data-first], textarea, [aria-current="page"]')
  ;(inside ?? next)?.focus()
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]')
}
