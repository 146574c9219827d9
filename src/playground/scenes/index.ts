import type { Scene } from '../scene.ts'
import { botKilled } from './bot-killed.ts'
import { doubleClaim } from './double-claim.ts'
import { learning } from './learning.ts'
import { modelDown } from './model-down.ts'
import { nightP1 } from './night-p1.ts'
import { slackOutage } from './slack-outage.ts'
import { storm60 } from './storm.ts'

/** In the order the page offers them. */
export const SCENES: readonly Scene[] = [nightP1, doubleClaim, learning, modelDown, slackOutage, storm60, botKilled]
