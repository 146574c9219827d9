import { beforeEach, describe, expect, test } from 'vitest'
import { importAccounts } from '../../src/cli/accounts.ts'
import { RejectedError } from '../../src/errors.ts'
import type { AccountStore } from '../../src/ports.ts'
import { accountStore } from '../../src/storage/accounts.ts'
import { freshDatabase } from '../support/databases.ts'

const HEAD = 'id,name,tier,domains,owner,value,emails'

describe('waybill accounts import', () => {
  let accounts: AccountStore

  beforeEach(async () => {
    accounts = accountStore(await freshDatabase('sqlite'))
  })

  const found = async (email: string) => accounts.byEmail(email)

  async function refusalOf(csv: string): Promise<readonly string[]> {
    const refused: unknown = await importAccounts(csv, accounts).catch((error: unknown) => error)
    if (!(refused instanceof RejectedError)) return expect.fail(`was not refused: ${JSON.stringify(refused)}`)
    const [head, ...faults] = refused.message.split('\n')
    expect(head).toBe(`No account was imported; nothing changed. ${faults.length} to mend:`)
    return faults.map((line) => line.trim())
  }

  test('saves companies with their domains and the people who write for them', async () => {
    const csv = `${HEAD}\nacme,"Acme, Inc.",enterprise,acme.example; ACME.de,grace,182000,Bob@gmail.com eve@acme.example\n\nharbor,Harbor,starter,,,,\n`

    expect(await importAccounts(csv, accounts)).toEqual({ accounts: 2, customers: 2 })

    expect(await found('anna@acme.de')).toMatchObject({
      account: { id: 'acme', name: 'Acme, Inc.', tier: 'enterprise', owner: 'grace', value: 182000 },
    })
    expect(await found('bob@gmail.com')).toMatchObject({
      customer: { email: 'bob@gmail.com' },
      account: { id: 'acme' },
    })
  })

  test('bears being run twice, and replaces by id', async () => {
    await importAccounts(`${HEAD}\nacme,Acme,enterprise,acme.example,grace,1,bob@gmail.com\n`, accounts)
    await importAccounts('id,name,tier\nacme,Acme 2,starter\n', accounts)

    expect(await found('x@acme.example')).toEqual({ customer: undefined, account: undefined })
    expect((await found('bob@gmail.com')).account).toMatchObject({ name: 'Acme 2', owner: undefined, value: undefined })
  })

  test('reads what a spreadsheet saves: byte order mark, semicolons, CRLF, columns in any order', async () => {
    const csv = '\uFEFFName;ID;Tier;Domains\r\nAcme;acme;starter;"acme.example acme.de"\r\n'

    expect(await importAccounts(csv, accounts)).toEqual({ accounts: 1, customers: 0 })
    expect((await found('x@acme.de')).account?.name).toBe('Acme')
  })

  test('refuses the whole table and names every bad row', async () => {
    const csv = [
      HEAD,
      'acme,Acme,enterprise,acme.example,grace,182000,',
      'Bad Id,,starter,,,,',
      'borealis,Borealis,enterprise,borealis,,12.5,not-an-address ok@borealis.example',
      '"cobalt',
      '",Cobalt,starter,,,,',
      'delta,Delta,starter,ACME.example,,,',
      'acme,Acme again,starter,,Grace Hopper,,',
    ].join('\n')

    expect(await refusalOf(csv)).toEqual([
      'line 3, id: use lower-case letters, digits, - and _',
      'line 3, name: is empty',
      'line 4, domains: borealis: is not a domain',
      'line 4, value: write whole euros, digits only',
      'line 4, emails: not-an-address: is not an e-mail address',
      'line 6, id: use lower-case letters, digits, - and _',
      'line 8, owner: use the id of a person in the policy file',
      'line 7, domains: acme.example stands in line 2 already',
    ])
    expect((await found('x@acme.example')).account).toBeUndefined()
  })

  test.each([
    ['', 'line 1: there are no rows; the first line names the columns: id,name,tier,domains,owner,value,emails'],
    [
      `${HEAD}\n`,
      'line 1: there are no rows; the first line names the columns: id,name,tier,domains,owner,value,emails',
    ],
    ['id,name,plan\na,b,c\n', 'line 1: there is no column tier'],
    ['id,name,tier,id\na,b,c,d\n', 'line 1: there are two columns id'],
    ['id,name,tier\na,b\n', 'line 2: '],
    ['id,name,tier\n"a,b,c\n', 'line '],
  ])('says of %j what is wrong', async (csv, fault) => {
    const [first = ''] = await refusalOf(csv)

    expect(first.startsWith(fault), first).toBe(true)
  })

  test('refuses a free-mail domain', async () => {
    expect(await refusalOf('id,name,tier,domains\na,A,starter,gmail.com\n')).toEqual([
      'line 2, domains: gmail.com: anybody can have an address there; name people under emails instead',
    ])
  })
})
