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
