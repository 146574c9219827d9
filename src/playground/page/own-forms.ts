import type { PageView } from '../page-contract.ts'

/** After a gesture an app has three seconds to open a form; the rest is for a slow line. */
const ANSWERED_WITHIN_MS = 10_000

/** Where a tab keeps, through a reload, which forms it opened. */
export interface Kept {
  get(): string | null
  set(ids: string): void
}

export interface OwnForms {
  gestured(): void
  /** The form if a gesture in this tab opened it; null for one that another tab of the same person has in front. */
  own(modal: PageView | null): PageView | null
}

/** Slack keeps a form per person; people expect it where they clicked. `now` in milliseconds. */
export function ownForms(kept: Kept, now: () => number): OwnForms {
  const opened = new Set(kept.get()?.split(' '))
  let gesturedAt = Number.NEGATIVE_INFINITY
  return {
    gestured() {
      gesturedAt = now()
    },
    own(modal) {
      if (modal === null || opened.has(modal.id)) return modal
      if (now() - gesturedAt > ANSWERED_WITHIN_MS) return null
      opened.add(modal.id)
      kept.set([...opened].join(' '))
      return modal
    },
  }
}
