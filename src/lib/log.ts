import pino from 'pino'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** JSON lines on standard error. Tokens and secrets are cut out should one ever get into a field. */
export const jsonLog = (level: LogLevel) =>
  pino(
    {
      level,
      redact: {
        paths: ['token', 'authorization', 'secret', '*.token', '*.authorization', '*.secret'],
        censor: '[cut]',
      },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: false }),
  )
