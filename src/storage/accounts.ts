import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { Account, Customer } from '../core/customer.ts'
import { isFreeMail } from '../core/free-mail.ts'
import { accountId, customerId, type PersonId } from '../core/ids.ts'
import type { AccountStore } from '../ports.ts'
import type { Database, Tx } from './database.ts'

export function accountStore({ read, write, workspace }: Database): AccountStore {
  async function account(id: string): Promise<Account | undefined> {
    const row = await read
      .selectFrom('accounts')
      .selectAll()
      .where('workspace_id', '=', workspace)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) return undefined
    const [domains, taught] = await Promise.all([
      read
        .selectFrom('account_domains')
        .select('domain')
        .where('workspace_id', '=', workspace)
        .where('account_id', '=', id)
        .orderBy('domain')
        .execute(),
      read
        .selectFrom('lessons')
        .select('person_id')
        .where('workspace_id', '=', workspace)
        .where('part', '=', 'owner')
        .where('account_id', '=', id)
        .where('state', '=', 'active')
        .orderBy('sequence', 'desc')
        .executeTakeFirst(),
    ])
    return toAccount(
      row,
      domains.map(({ domain }) => domain),
      taught?.person_id ?? row.owner,
    )
  }

  return {
    async byEmail(email) {
      const address = email.toLowerCase()
      const customer = await read
        .selectFrom('customers')
        .selectAll()
        .where('workspace_id', '=', workspace)
        .where('email', '=', address)
        .executeTakeFirst()
      const id = customer?.account_id ?? (await accountOfDomain(address))
      return { customer: customer && toCustomer(customer), account: id ? await account(id) : undefined }
    },

    async save(accounts, customers) {
      await write((tx) => saveAccounts(tx, workspace, accounts, customers))
    },
  }

  async function accountOfDomain(address: string): Promise<string | undefined> {
    const domain = address.split('@').at(-1) ?? ''
    if (isFreeMail(domain)) return undefined
    const row = await read
      .selectFrom('account_domains')
      .select('account_id')
      .where('workspace_id', '=', workspace)
      .where('domain', '=', domain)
      .executeTakeFirst()
    return row?.account_id
  }
}

/** Inserts or replaces by id; a domain or an e-mail moves to the account or customer that names it last. */
export async function saveAccounts(
  tx: Tx,
  workspace: string,
  accounts: readonly Account[],
  customers: readonly Customer[],
): Promise<void> {
  const mine = { workspace_id: workspace }
  for (const { id, name, tier, owner, value, domains } of accounts) {
    const said = { name, tier, owner: owner ?? null, value: value ?? null }
    await tx
      .insertInto('accounts')
      .values({ ...mine, id, ...said })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doUpdateSet(said))
      .execute()
    await tx
      .deleteFrom('account_domains')
      .where((where) => where.and({ ...mine, account_id: id }))
      .execute()
    for (const domain of domains.map((written) => written.toLowerCase())) {
      await tx
        .insertInto('account_domains')
        .values({ ...mine, domain, account_id: id })
        .onConflict((conflict) => conflict.columns(['workspace_id', 'domain']).doUpdateSet({ account_id: id }))
        .execute()
    }
  }
  for (const { id, email: written, name, accountId: account } of customers) {
    const email = written.toLowerCase()
    const said = { email, name: name ?? null, account_id: account ?? null }
    await tx
      .deleteFrom('customers')
      .where((where) => where.and({ ...mine, email }))
      .execute()
    await tx
      .insertInto('customers')
      .values({ ...mine, id, ...said })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'id']).doUpdateSet(said))
      .execute()
  }
}

const toAccount = (row: Selectable<Schema['accounts']>, domains: readonly string[], owner: string | null): Account => ({
  id: accountId(row.id),
  name: row.name,
  tier: row.tier,
  domains,
  owner: (owner as PersonId | null) ?? undefined,
  value: row.value ?? undefined,
})

const toCustomer = (row: Selectable<Schema['customers']>): Customer => ({
  id: customerId(row.id),
  name: row.name ?? undefined,
  email: row.email,
  accountId: row.account_id === null ? undefined : accountId(row.account_id),
})
