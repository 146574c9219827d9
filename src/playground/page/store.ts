import { createContext, use, useSyncExternalStore } from 'react'
import { type Action, reduce } from './reduce.ts'
import { EMPTY, type PageState } from './state.ts'

export interface Store {
  get(): PageState
  dispatch(action: Action): void
  subscribe(listener: () => void): () => void
}

export function pageStore(): Store {
  let state = EMPTY
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    dispatch(action) {
      const next = reduce(state, action)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export const StoreContext = createContext<Store | null>(null)

export function useStore(): Store {
  const store = use(StoreContext)
  if (!store) throw new Error('The page was rendered without its store.')
  return store
}

/** A part of the state; renders again when that part is another one, so pick parts, never build new ones. */
export function usePage<T>(pick: (state: PageState) => T): T {
  const store = useStore()
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}
