import { inboxStore } from '../../src/storage/inbox.ts'
import { openDatabase } from '../../src/storage/open-database.ts'
import { takeServingLock } from '../../src/storage/serving-lock.ts'
import { systemClock } from '../support/clock.ts'

// Another process on the same database: `node child-process.ts <database> write <name> <count>` prints each key once its
// entry is stored; `node child-process.ts <database> serve` prints 'serving' and stays.
const [location = '', order, name, count = '0'] = process.argv.slice(2)

const database = await openDatabase(location, { groupCommitMs: 2 })
if (order === 'write') {
  const inbox = inboxStore(database)
  const store = async (index: number): Promise<void> => {
    const key = `${name}-${index}`
    const receivedAt = systemClock.now()
    const stored = await inbox.store({ key, kind: 'webhook', payload: '{}', receivedAt })
    if (stored === 'new') process.stdout.write(`${key}\n`)
  }
  for (let first = 0; first < Number(count); first += 5)
    await Promise.all(Array.from({ length: 5 }, (_, index) => store(first + index)))
  await database.close()
} else {
  await takeServingLock(database)
  process.stdout.write('serving\n')
  setInterval(() => undefined, 60_000)
}
