import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DATABASES, freshDatabase } from '../support/databases.ts'

interface Column {
  readonly name: string
  readonly isNullable: boolean
}

/** Every table of db/schema.ts with its columns. */
function writtenTables(): readonly (readonly [string, readonly Column[]])[] {
  const source = readFileSync(new URL('../../db/schema.ts', import.meta.url), 'utf8').replace(/\/\*\*.*?\*\//gs, '')
  return [...source.matchAll(/^ {2}(\w+): \{(.*?)\}$/gms)].map(([, table, columns]) => [
    table!,
    [...columns!.matchAll(/(\w+): ([^;\n]+)/g)].map(([, name, type]) => ({
      name: name!,
      isNullable: type!.includes('null'),
    })),
  ])
}

test.each(DATABASES)('db/schema.ts says what the migrations make on %s', async (kind) => {
  const database = await freshDatabase(kind)
  // SQLite calls a primary key nullable; that columns may be null is told by Postgres.
  const named = ({ name, isNullable }: Column) => (isNullable && kind === 'postgres' ? `${name} or null` : name)
  const tables = (await database.read.introspection.getTables())
    .filter(({ name, schema }) => !name.startsWith('kysely_') && (schema === undefined || schema === 'public'))
    .map(({ name, columns }) => [name, columns.map(named).sort()])
  const written = writtenTables().map(([name, columns]) => [name, columns.map(named).sort()])

  expect(Object.fromEntries(tables)).toEqual(Object.fromEntries(written))
})
