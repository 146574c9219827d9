import { type Check, fault, ok } from '../check.ts'

/** The database answers, takes writes and has the tables of this Waybill. */
export const database: Check = {
  id: 'database',
  needs: ['settings', 'modules'],
  async look(around) {
    const found = await around.database()
    const { dialect, name } = found
    if (found.state === 'absent')
      return [
        fault(
          dialect === 'sqlite' ? `there is no database at ${name} yet` : `${name} has no tables yet`,
          'New here: npm run waybill -- init. Otherwise mount or restore it, or correct DATABASE_URL.',
        ),
      ]
    if (found.state === 'unusable')
      return [
        fault(
          `${name} cannot be used: ${found.says}`,
          isDamage(found.says)
            ? RESTORE
            : dialect === 'sqlite'
              ? 'Point DATABASE_URL at a file in a folder you may write to.'
              : 'Check that the server runs, and host, user, password and name in DATABASE_URL.',
        ),
      ]
    if (found.unwritable)
      return [
        fault(
          `${name} cannot be written to: ${found.unwritable}`,
          'Give it to the user Waybill runs as (chown, or grant).',
        ),
      ]
    if (found.unknown.length > 0)
      return [
        fault(
          `${name} was written by a newer Waybill (${found.unknown.join(', ')})`,
          'Start that version, or restore a backup made before the upgrade.',
        ),
      ]
    if (found.pending.length > 0)
      return [
        fault(
          `${name} lacks ${found.pending.length === 1 ? 'a migration' : `${found.pending.length} migrations`}: ${found.pending.join(', ')}`,
          'Make a backup, then start this version once (npm start): it brings the tables up to date.',
        ),
      ]
    if (found.damage) return [fault(`${name} is damaged: ${found.damage}`, RESTORE)]
    const checked = found.size === undefined ? '' : `, ${sizeOf(found.size)}`
    return [ok(`${name} answers and takes writes${checked}, tables are up to date`)]
  },
}

const RESTORE = 'Stop Waybill and restore the last backup: npm run waybill -- restore <file> --replace'

/** As SQLite words it. */
const isDamage = (says: string): boolean => /malformed|not a database|disk I\/O error/.test(says)

const sizeOf = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
