import type { Signal } from '../core/rank-agents.ts'
import { accountOwner } from './account-owner.ts'
import { availability } from './availability.ts'
import { headroom } from './headroom.ts'
import { skillMatch } from './skill-match.ts'
import { trackRecord } from './track-record.ts'

export const signals: readonly Signal[] = [skillMatch, headroom, availability, trackRecord, accountOwner]
