import { type Check, fault, ok, unknown, warning } from '../check.ts'

const MIB = 1024 * 1024
const LITTLE = 1024 * MIB
const TOO_LITTLE = 100 * MIB

/** Where SQLite's write-ahead log is not safe: its shared memory does not reach other machines. Numbers are those of statfs(2). */
const NETWORK: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB 2',
  16914839: '9p',
  198183888: 'Lustre',
  1397113167: 'AFS',
}

/** Room where the database lies, and whether that is a disk of this machine. */
export const disk: Check = {
  id: 'disk',
  needs: ['settings', 'modules'],
  async look(around) {
    const found = await around.disk()
    if (!found) return [unknown('Postgres keeps its own disk; not looked at from here')]
    const { free, type, folder } = found
    const room = `${Math.floor(free / MIB).toLocaleString('en')} MiB free in ${folder}`
    const fix = 'Make room, or move the database (DATABASE_URL) to a larger disk.'
    const network = NETWORK[type]
    return [
      free < TOO_LITTLE
        ? fault(`${room}: writes will soon be refused`, fix)
        : free < LITTLE
          ? warning(room, fix)
          : ok(room),
      ...(network
        ? [
            warning(
              `${folder} is on a network file system (${network}); SQLite can lose data there`,
              'Move DATABASE_URL to a disk of this machine, or use Postgres.',
            ),
          ]
        : []),
    ]
  },
}
