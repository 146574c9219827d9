import type { JourneyStage } from '../../page-contract.ts'
import type { Telling } from '../findings.ts'
import { arrived } from './arrived.ts'
import { considered } from './considered.ts'
import { customer } from './customer.ts'
import { decided } from './decided.ts'
import { happened } from './happened.ts'
import { learned } from './learned.ts'
import { next } from './next.ts'
import { voices } from './voices.ts'

/** In the order a ticket meets them. */
export const CHAPTERS: readonly { readonly stage: JourneyStage; readonly title: string; readonly tell: Telling }[] = [
  { stage: 'arrived', title: 'What arrived', tell: arrived },
  { stage: 'voices', title: 'What each voice said', tell: voices },
  { stage: 'customer', title: 'What we know about the customer', tell: customer },
  { stage: 'considered', title: 'Who was considered', tell: considered },
  { stage: 'decided', title: 'What was decided', tell: decided },
  { stage: 'happened', title: 'What happened since', tell: happened },
  { stage: 'learned', title: 'What it taught', tell: learned },
  { stage: 'next', title: 'What happens next', tell: next },
]
