import { CsvError, parse } from 'csv-parse/sync'
import * as z from 'zod'
import type { Account, Customer } from '../core/customer.ts'
import { isFreeMail } from '../core/free-mail.ts'
import { accountId, customerId, personId } from '../core/ids.ts'
import { RejectedError } from '../errors.ts'
import type { AccountStore } from '../ports.ts'

const COLUMNS = ['id', 'name', 'tier', 'domains', 'owner', 'value', 'emails'] as const
const REQUIRED = ['id', 'name', 'tier'] as const

const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'use lower-case letters, digits, - and _')
const Domain = z
  .string()
  .regex(/^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, 'is not a domain')
  .refine((domain) => !isFreeMail(domain), 'anybody can have an address there; name people under emails instead')
const Row = z.object({
  id: Id,
  name: z.string().min(1, 'is empty'),
  tier: z.string().min(1, 'is empty'),
  domains: z.array(Domain).default([]),
  owner: z
    .string()
    .regex(/^(?:[a-z0-9][a-z0-9_-]*)?$/, 'use the id of a person in the policy file')
    .optional(),
  value: z
    .string()
    .regex(/^\d{0,15}$/, 'write whole euros, digits only')
    .optional(),
  emails: z.array(z.email('is not an e-mail address')).default([]),
})
type Row = z.infer<typeof Row>

interface Read {
  readonly line: number
  readonly row: Row
}

/**
 * Saves the companies of a table with the columns id, name, tier, domains, owner, value, emails; lists are separated by
 * spaces or semicolons. A table with a bad row is refused whole: RejectedError names every one with its line.
 */
export async function importAccounts(
  csvText: string,
  accounts: AccountStore,
): Promise<{ readonly accounts: number; readonly customers: number }> {
  const faults: string[] = []
  const rows: Read[] = []
  for (const { record, line } of records(csvText)) {
    const parsed = Row.safeParse(record)
    if (parsed.success) rows.push({ line, row: parsed.data })
    else
      for (const { path, message } of parsed.error.issues) {
        const [column = '', index] = path.map(String)
        const cell = record[column]
        const written = Array.isArray(cell) && index !== undefined ? `${cell[Number(index)]}: ` : ''
        faults.push(`line ${line}, ${column}: ${written}${cell === undefined ? 'is missing' : message}`)
      }
  }
  faults.push(...doubles(rows))
  if (faults.length > 0) throw refusal(faults)

  const companies = rows.map(({ row }) => toAccount(row))
  const customers = rows.flatMap(({ row }) => row.emails.map((email) => toCustomer(row, email)))
  await accounts.save(companies, customers)
  return { accounts: companies.length, customers: customers.length }
}

const refusal = (faults: readonly string[]) =>
  new RejectedError(
    `No account was imported; nothing changed. ${faults.length} to mend:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  )

type Cells = Readonly<Record<string, string | readonly string[]>>

function records(csvText: string): readonly { readonly record: Cells; readonly line: number }[] {
  const [head = ''] = csvText.split(/\r?\n/, 1)
  // Spreadsheets of countries with a decimal comma separate columns by semicolons.
  const delimiter = head.includes(',') ? ',' : head.includes(';') ? ';' : ','
  const parsed = readCsv(csvText, delimiter)
  if (parsed.length === 0)
    throw refusal([`line 1: there are no rows; the first line names the columns: ${COLUMNS.join(',')}`])
  return parsed.map(({ record, info }) => ({ record: toCells(record), line: info.lines }))
}

function readCsv(csvText: string, delimiter: string) {
  try {
    return parse<Record<string, string>>(csvText, {
      bom: true,
      columns: checkedColumns,
      delimiter,
      info: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as readonly { readonly record: Record<string, string>; readonly info: { readonly lines: number } }[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refusal([`line ${Number(error.lines ?? 1)}: ${error.message}`])
  }
}

function checkedColumns(names: readonly string[]): string[] {
  const columns = names.map((name) => name.toLowerCase())
  const unknown = columns.filter((name) => !COLUMNS.some((column) => column === name))
  const missing = REQUIRED.filter((name) => !columns.includes(name))
  const twice = columns.filter((name, index) => columns.indexOf(name) !== index)
  const faults = [
    ...missing.map((name) => `line 1: there is no column ${name}`),
    ...unknown.map((name) => `line 1: ${name || 'a column without a name'} is not a column; use ${COLUMNS.join(', ')}`),
    ...twice.map((name) => `line 1: there are two columns ${name}`),
  ]
  if (faults.length > 0) throw refusal(faults)
  return columns
}

const toCells = (record: Record<string, string>): Cells =>
  Object.fromEntries(
    Object.entries(record).map(([column, cell]) =>
      column === 'domains' || column === 'emails' ? [column, listIn(cell.toLowerCase())] : [column, cell],
    ),
  )

const listIn = (cell: string): readonly string[] => cell.split(/[\s;,]+/).filter((part) => part !== '')

/** Ids, domains and addresses that two rows claim. */
function doubles(rows: readonly Read[]): readonly string[] {
  const first = new Map<string, number>()
  return rows.flatMap(({ line, row }) => {
    const claims = [
      ['id', row.id],
      ...row.domains.map((name) => ['domains', name]),
      ...row.emails.map((name) => ['emails', name]),
    ]
    return claims.flatMap(([column, claim]) => {
      const name = `${column} ${claim}`
      const other = first.get(name)
      if (other !== undefined) return [`line ${line}, ${column}: ${claim} stands in line ${other} already`]
      first.set(name, line)
      return []
    })
  })
}

const toAccount = ({ id, name, tier, domains, owner, value }: Row): Account => ({
  id: accountId(id),
  name,
  tier,
  domains,
  owner: owner ? personId(owner) : undefined,
  value: value ? Number(value) : undefined,
})

/** Known by the address alone: importing the table again changes nothing. */
const toCustomer = ({ id }: Row, email: string): Customer => ({
  id: customerId(email),
  name: undefined,
  email,
  accountId: accountId(id),
})
