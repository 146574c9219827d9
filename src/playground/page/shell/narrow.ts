import { useSyncExternalStore } from 'react'

/** As layout.css has it: one pane at a time, so each is the main one while it is shown. */
const NARROW = '(max-width: 900px)'

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches)
}

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
