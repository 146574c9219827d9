import { ConfigError } from '../../../errors.ts'
import { type Check, fault, ok } from '../check.ts'

/** Every setting that is wrong, by its name. */
export const settings: Check = {
  id: 'settings',
  needs: ['modules'],
  async look(around) {
    try {
      const { DATABASE_URL } = await around.settings()
      return [
        ok(`what is set is well-formed; database: ${DATABASE_URL.startsWith('postgres') ? 'Postgres' : 'SQLite'}`),
      ]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const faults = error.message.split('\n').slice(1)
      return faults.map((line) => fault(line.trim(), 'Mend that line in .env; .env.example says what it is for.'))
    }
  },
}
