import { Settings } from '../../../src/app.ts'
import { readSettings } from '../../../src/config.ts'

/** Settings nobody has touched. */
export const SETTINGS = readSettings({ LOG_LEVEL: 'error' }, Settings)
