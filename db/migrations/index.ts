import type { Migration } from 'kysely/migration'
import { firstJourney } from './0001-first-journey.ts'
import { restores } from './0002-restores.ts'
import { counted } from './0003-counted.ts'
import type { Dialect } from './dialect.ts'

/** Every migration, oldest first. A released one is never edited. */
export const migrations = (dialect: Dialect): Record<string, Migration> => ({
  '0001-first-journey': firstJourney(dialect),
  '0002-restores': restores(),
  '0003-counted': counted(),
})
