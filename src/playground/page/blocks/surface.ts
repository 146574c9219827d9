import { createContext, use, useState } from 'react'
import type { Block, Fields } from '../../workspace/model.ts'
import { isFields } from '../../workspace/reading.ts'
import { keyOf } from '../acts.ts'
import type { Target } from '../api.ts'
import { useActs, usePage } from '../page.ts'
import { type Given, givenOf, initialOf, wordOf } from './values.ts'

/** Where blocks are shown, and for forms what was entered there so far. */
export interface Surface {
  readonly target: Target
  /** `block_id/action_id` -> what was entered and not sent yet. */
  readonly entries?: Readonly<Record<string, Given>>
  enter?(control: string, value: Given): void
  /** What the server holds of a view. */
  readonly held?: Readonly<Record<string, Readonly<Record<string, Fields>>>>
  /** block_id -> what the app says is wrong. */
  readonly errors?: Readonly<Record<string, string>>
}

export const SurfaceContext = createContext<Surface | null>(null)

export function useSurface(): Surface {
  const surface = use(SurfaceContext)
  if (!surface) throw new Error('A block was rendered outside of a message or a view.')
  return surface
}

export interface Confirmation {
  readonly confirm: Fields
  yes(): void
  no(): void
}

export interface Used {
  /** `block_id/action_id` */
  readonly control: string
  readonly given: Given | undefined
  readonly busy: boolean
  /** A question the app wants answered first. */
  readonly asking: Confirmation | null
  /** The person chose this value: it is kept in a form, or sent to the app. */
  choose(value: Given | undefined): void
  /** Sends it in any case, as inputs with `dispatch_action` do. */
  dispatch(value: Given | undefined): void
}

/** A control where it stands: what it holds, whether it is being used, and how to use it. */
export function useControl(block: Block, element: Fields): Used {
  const { target, entries, enter, held } = useSurface()
  const acts = useActs()
  const blockId = block.block_id ?? ''
  const actionId = wordOf(element.action_id)
  const control = `${blockId}/${actionId}`
  const key = keyOf(target, control)
  const use = usePage(({ uses }) => uses[key])
  const [asking, setAsking] = useState<{ readonly value: Given | undefined } | null>(null)
  // Chosen on a message: shown until the message itself changes.
  const [chosen, setChosen] = useState<Given | undefined>(undefined)

  const send = (value: Given | undefined) => {
    setChosen(value)
    void acts.gesture('click', { target, control, ...(value === undefined ? {} : { value }) }, key).then((done) => {
      if (!done) setChosen(undefined)
    })
  }
  const dispatch = (value: Given | undefined) => {
    if (isFields(element.confirm)) setAsking({ value })
    else send(value)
  }
  const inForm = block.type === 'input' && enter !== undefined

  return {
    control,
    given: entries?.[control] ?? chosen ?? givenOf(held?.[blockId]?.[actionId]) ?? initialOf(element),
    busy: use?.state === 'busy',
    asking:
      asking && isFields(element.confirm)
        ? {
            confirm: element.confirm,
            yes() {
              setAsking(null)
              send(asking.value)
            },
            no: () => setAsking(null),
          }
        : null,
    choose(value) {
      if (inForm && value !== undefined) enter?.(control, value)
      if (!inForm || block.dispatch_action === true) dispatch(value)
    },
    dispatch,
  }
}
