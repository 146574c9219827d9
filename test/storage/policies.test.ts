import { beforeEach, describe, expect, test } from 'vitest'
import { personId } from '../../src/core/ids.ts'
import { timestamp } from '../../src/core/time.ts'
import { RejectedError } from '../../src/errors.ts'
import type { Directory, PolicyStore } from '../../src/ports.ts'
import { accountStore } from '../../src/storage/accounts.ts'
import type { Database } from '../../src/storage/database.ts'
import { directory } from '../../src/storage/people.ts'
import { policyStore } from '../../src/storage/policies.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'
import { POLICY_FILE } from '../support/policies.ts'

const at = timestamp('2026-01-05T09:00:00Z')
const change = { author: 'ada', reason: 'first import', at }
const grace = personId('grace')

describe.each(DATABASES)('policy store on %s', (kind) => {
  let database: Database
  let policies: PolicyStore
  let people: Directory

  beforeEach(async () => {
    database = await freshDatabase(kind)
    policies = policyStore(database)
    people = directory(database)
  })

  test('knows no policy before the first import', async () => {
    expect(await policies.current()).toBeUndefined()
  })

  test('numbers its versions, and the newest holds, in this process and in others', async () => {
    const first = await policies.importDocument(POLICY_FILE, change)
    const elsewhere = policyStore(database)
    expect(await elsewhere.current()).toEqual(first)

    const second = await policies.importDocument(
      POLICY_FILE.replace('min-confidence: 0.5', 'min-confidence: 0.7'),
      change,
    )

    expect([first.version, second.version]).toEqual([1, 2])
    expect(await policies.current()).toEqual(second)
    expect(await elsewhere.current()).toMatchObject({ version: 2, minConfidence: 0.7 })
  })

  test('gives every import its own number when several come at once', async () => {
    const imported = await Promise.all(
      [1, 2, 3, 4].map(() => policyStore(database).importDocument(POLICY_FILE, change)),
    )

    expect(imported.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
    expect(await people.people()).toHaveLength(2)
  })

  test('imports nothing of a file with a fault', async () => {
    await policies.importDocument(POLICY_FILE, change)

    const faulty = POLICY_FILE.replace('name: Grace Hopper', 'name: Grace').replace(
      'account: acme }',
      'account: acne }',
    )
    await expect(policies.importDocument(faulty, change)).rejects.toBeInstanceOf(RejectedError)

    expect(await policies.current()).toMatchObject({ version: 1 })
    expect(await people.person(grace)).toMatchObject({ name: 'Grace Hopper' })
  })

  test('lays out teams and people', async () => {
    await policies.importDocument(POLICY_FILE, change)

    expect((await people.teams()).map(({ id, onCall }) => [id, onCall])).toEqual([
      ['billing-desk', ['grace', 'alan']],
      ['platform', []],
    ])
    expect(await people.person(grace)).toMatchObject({
      slackUser: 'U0GRACE',
      teams: ['billing-desk', 'platform'],
      skills: { billing: 3, login: 1 },
      hours: { fri: [{ from: '09:00', to: '24:00' }] },
    })
    expect((await accountStore(database).byEmail('x@acme.example')).account).toMatchObject({ id: 'acme' })
  })

  test('keeps skills changed from Slack until the next import, which says what holds', async () => {
    await policies.importDocument(POLICY_FILE, change)
    await people.setSkill(grace, 'outage', 2, grace, at)
    await policies.current()
    expect((await people.person(grace))?.skills).toEqual({ billing: 3, login: 1, outage: 2 })

    await policies.importDocument(POLICY_FILE, change)

    expect((await people.person(grace))?.skills).toEqual({ billing: 3, login: 1 })
  })

  test('lets people go, come, and take over each other’s Slack users', async () => {
    await policies.importDocument(POLICY_FILE, change)
    const swapped = POLICY_FILE.replace('slack: U0GRACE', 'slack: ?')
      .replace('slack: U0ALAN', 'slack: U0GRACE')
      .replace('slack: ?', 'slack: U0ALAN')
    await policies.importDocument(swapped, change)
    expect((await people.bySlackUser('U0ALAN'))?.id).toBe('grace')

    const renamed = swapped.replaceAll(/\balan\b(?=[:\]])/g, 'linus')
    await policies.importDocument(renamed, change)

    expect((await people.people()).map(({ id }) => id)).toEqual(['grace', 'linus'])
    expect((await people.bySlackUser('U0GRACE'))?.id).toBe('linus')
    expect(await people.person(personId('alan'))).toBeUndefined()
  })
})
