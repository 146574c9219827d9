import type { Action } from '../action.ts'
import { acceptAction } from './accept.ts'
import { acknowledgeAction } from './acknowledge.ts'
import { escalateAction } from './escalate.ts'
import { handBackAction } from './hand-back.ts'
import { reassignAction } from './reassign.ts'
import { resolveAction } from './resolve.ts'
import { undoAction } from './undo.ts'

/** The buttons in the order a card shows them. */
export const ACTIONS: readonly Action[] = [
  acceptAction,
  acknowledgeAction,
  reassignAction,
  escalateAction,
  resolveAction,
  handBackAction,
  undoAction,
]
