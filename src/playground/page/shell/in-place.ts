import { createElement, Fragment, type ReactNode } from 'react'

/** Draws things told apart by their place alone: parts of texts and of blocks, which an edit replaces as a whole. */
export function inPlace<T>(things: readonly T[], draw: (thing: T, at: number) => ReactNode): ReactNode {
  return createElement(Fragment, null, ...things.map(draw))
}
