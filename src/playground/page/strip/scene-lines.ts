import type { SceneState } from '../../page-contract.ts'

/** What stands before a line of a scene; only what failed the scene looks like a failure. */
export type LineSign = 'good' | 'alert' | 'failed'

/** The sign of each line: something bad that a scene does on purpose is an alert, the last bad line of a failed one its failure. */
export function lineSigns({ state, says }: Pick<SceneState, 'state' | 'says'>): readonly (LineSign | undefined)[] {
  const failing = state === 'failed' ? says.findLastIndex(({ tone }) => tone === 'bad') : -1
  return says.map(({ tone }, place) => (tone === 'bad' ? (place === failing ? 'failed' : 'alert') : tone))
}

export const SIGNS: Readonly<Record<LineSign, string>> = { good: '✓ ', alert: '! ', failed: '✗ ' }
