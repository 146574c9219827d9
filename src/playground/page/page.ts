import { createContext, use, useSyncExternalStore } from 'react'
import type { Acts } from './acts.ts'
import type { Api } from './api.ts'
import type { PageState } from './state.ts'
import type { Store } from './store.ts'

interface Page {
  readonly store: Store
  readonly api: Api
  readonly acts: Acts
  /** What was typed and not sent yet, by channel or thread. */
  readonly drafts: Map<string, string>
}

export const PageContext = createContext<Page | null>(null)

export function usePageTools(): Page {
  const page = use(PageContext)
  if (!page) throw new Error('The page was rendered without its store.')
  return page
}

export const useActs = (): Acts => usePageTools().acts

/** A part of the state; renders again when that part is another one, so pick parts, never build new ones. */
export function usePage<T>(pick: (state: PageState) => T): T {
  const { store } = usePageTools()
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}
