import { beforeEach, describe, expect, test } from 'vitest'
import type { Account, Customer } from '../../src/core/customer.ts'
import { accountId, customerId, personId, ticketId } from '../../src/core/ids.ts'
import { timestamp } from '../../src/core/time.ts'
import type { AccountStore } from '../../src/ports.ts'
import { accountStore } from '../../src/storage/accounts.ts'
import type { Database } from '../../src/storage/database.ts'
import { lessonStore } from '../../src/storage/lessons.ts'
import { DATABASES, freshDatabase } from '../support/databases.ts'

const at = timestamp('2026-01-05T09:00:00Z')
const acme: Account = {
  id: accountId('acme'),
  name: 'Acme',
  tier: 'enterprise',
  domains: ['acme.example', 'acme-labs.example'],
  owner: personId('grace'),
  value: 1000,
}
const borealis: Account = { ...acme, id: accountId('borealis'), name: 'Borealis', domains: ['borealis.example'] }
const bob: Customer = { id: customerId('bob'), name: 'Bob', email: 'bob@gmail.com', accountId: acme.id }

describe.each(DATABASES)('account store on %s', (kind) => {
  let database: Database
  let accounts: AccountStore

  beforeEach(async () => {
    database = await freshDatabase(kind)
    accounts = accountStore(database)
    await accounts.save([acme, borealis], [bob])
  })

  const found = async (email: string) => (await accounts.byEmail(email)).account?.id

  test('finds the company by the domain of the sender, whatever the case', async () => {
    expect(await accounts.byEmail('Anna@ACME.example')).toEqual({
      customer: undefined,
      account: { ...acme, domains: ['acme-labs.example', 'acme.example'] },
    })
    expect(await found('x@acme.example.evil.example')).toBeUndefined()
    expect(await found('not an address')).toBeUndefined()
  })

  test('finds it by the exact address first, also at a free-mail domain', async () => {
    expect(await accounts.byEmail('BOB@gmail.com')).toMatchObject({ customer: bob, account: { id: 'acme' } })
    await accounts.save([], [{ ...bob, id: customerId('eve'), email: 'eve@acme.example', accountId: borealis.id }])
    expect(await found('eve@acme.example')).toBe('borealis')
  })

  test('never takes everybody at a free-mail domain for one company', async () => {
    await accounts.save([{ ...borealis, domains: ['borealis.example', 'gmail.com'] }], [])

    expect(await found('stranger@gmail.com')).toBeUndefined()
  })

  test('falls back to the domain for a known person without a company', async () => {
    await accounts.save(
      [],
      [{ id: customerId('zoe'), name: undefined, email: 'zoe@acme.example', accountId: undefined }],
    )

    expect(await accounts.byEmail('zoe@acme.example')).toMatchObject({
      customer: { id: 'zoe' },
      account: { id: 'acme' },
    })
  })

  test('replaces by id: a domain or an address moves to whoever names it last', async () => {
    await accounts.save([{ ...borealis, domains: ['Acme-Labs.example'], owner: undefined, value: undefined }], [])
    await accounts.save([], [{ ...bob, id: customerId('robert') }])

    expect(await found('x@acme-labs.example')).toBe('borealis')
    expect(await found('x@acme.example')).toBe('acme')
    expect(await found('x@borealis.example')).toBeUndefined()
    expect((await accounts.byEmail('bob@gmail.com')).customer?.id).toBe('robert')
  })

  test('saves all or nothing', async () => {
    const broken = { ...borealis, id: accountId('c'), name: null as unknown as string }

    await expect(accounts.save([{ ...acme, name: 'Renamed' }, broken], [])).rejects.toThrow()

    expect((await accounts.byEmail('x@acme.example')).account?.name).toBe('Acme')
  })

  test('believes the newest lesson about the owner, until it is forgotten', async () => {
    const lessons = lessonStore(database)
    const owner = (eventVersion: number, person: string) => ({
      ticketId: ticketId('t1'),
      eventVersion,
      at,
      by: 'ada',
      teaching: { part: 'owner', accountId: acme.id, person: personId(person) } as const,
      text: '',
    })
    const ownerNow = async () => (await accounts.byEmail('x@acme.example')).account?.owner

    await lessons.reconcile(ticketId('t1'), () => [owner(3, 'alan'), owner(5, 'linus')], at)
    expect(await ownerNow()).toBe('linus')

    await lessons.forget({ ticket: ticketId('t1'), version: 5, by: 'ada', at }, () => [owner(3, 'alan')])
    expect(await ownerNow()).toBe('alan')
    await lessons.reconcile(ticketId('t1'), () => [], at)
    expect(await ownerNow()).toBe('grace')
  })
})
