import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../ports.ts'

/** Slack's own loggers write whole messages and tokens at debug level: only the fact that something went wrong gets out. */
export const quietLogger = (log: Log, part: string): Logger => ({
  debug() {},
  info() {},
  warn: () => log.debug({ part }, 'slack library warned'),
  error: () => log.warn({ part }, 'slack library reported an error'),
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
})
