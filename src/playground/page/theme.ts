import { useSyncExternalStore } from 'react'

export type Theme = 'light' | 'dark'

const asked = () => document.documentElement.dataset.theme
const listeners = new Set<() => void>()

/** What is shown now; a choice is remembered by this browser and beats what the system asks for. */
export function useTheme(): { readonly theme: Theme; toggle(): void } {
  const theme = useSyncExternalStore(subscribe, (): Theme => (asked() === 'dark' ? 'dark' : 'light'))
  return {
    theme,
    toggle() {
      const next = theme === 'dark' ? 'light' : 'dark'
      localStorage.setItem('theme', next)
      show(next)
    },
  }
}

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const system = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => {
    if (localStorage.getItem('theme') === null) show(system.matches ? 'dark' : 'light')
  }
  system.addEventListener('change', follow)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', follow)
  }
}
