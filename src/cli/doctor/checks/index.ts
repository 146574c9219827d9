import type { Check } from '../check.ts'
import { botToken } from './bot-token.ts'
import { channels } from './channels.ts'
import { clock } from './clock.ts'
import { database } from './database.ts'
import { disk } from './disk.ts'
import { envFile } from './env-file.ts'
import { model } from './model.ts'
import { modules } from './modules.ts'
import { node } from './node.ts'
import { people } from './people.ts'
import { policy } from './policy.ts'
import { port } from './port.ts'
import { requests } from './requests.ts'
import { scopes } from './scopes.ts'
import { serving } from './serving.ts'
import { settings } from './settings.ts'

/** In the order they are listed; each stands behind what it needs. */
export const checks: readonly Check[] = [
  node,
  modules,
  envFile,
  settings,
  database,
  disk,
  serving,
  botToken,
  scopes,
  requests,
  clock,
  policy,
  channels,
  people,
  model,
  port,
]
