import { ConfigError, RejectedError, UnavailableError } from '../errors.ts'

/**
 * What a command that failed ends with, when its message is all there is to say: 2 for what the caller can mend, 1 for what
 * may go well another time. `undefined` for a bug, which deserves its stack trace.
 */
export function exitCodeOf(error: Error): 1 | 2 | undefined {
  if (error instanceof UnavailableError) return 1
  const isMistake = error instanceof ConfigError || error instanceof RejectedError || isMissingFile(error)
  return isMistake ? 2 : undefined
}

const isMissingFile = (error: Error): boolean => 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')
