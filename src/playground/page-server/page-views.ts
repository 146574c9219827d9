import type { PageView } from '../page-contract.ts'
import type { SeenView } from '../workspace/eyes.ts'
import type { Fields } from '../workspace/model.ts'

/** A modal or Home tab as a page draws it. */
export function pageView(view: SeenView | undefined): PageView | null {
  if (!view) return null
  const { id, hash, callbackId, title, submit, close, blocks, values } = view
  return {
    id,
    hash,
    callbackId,
    title: words(title) ?? '',
    submit: words(submit) ?? null,
    // What Slack writes on the button when the app does not say.
    close: words(close) ?? 'Cancel',
    blocks,
    values,
  }
}

const words = (label: Fields | undefined): string | undefined =>
  typeof label?.text === 'string' ? label.text : undefined
