import type { Block, Fields } from '../../workspace/model.ts'

export interface ControlProps {
  readonly block: Block
  readonly element: Fields
  /** What says what it is for, when it stands under a label. */
  readonly labelledBy?: string
  readonly describedBy?: string
}
