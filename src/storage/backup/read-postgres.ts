import type pg from 'pg'
import { ConfigError } from '../../errors.ts'
import { newPool } from '../postgres.ts'
import { type Cell, ROWS_AT_ONCE, type Snapshot, type Table } from './snapshot.ts'
import { KEPT, MIGRATIONS } from './tables.ts'

/** One REPEATABLE READ transaction: it sees every commit before this call and none after. ConfigError when there is no Waybill database. */
export async function readPostgres(url: string): Promise<Snapshot> {
  const pool = newPool(url, { max: 1 })
  const close = () => pool.end()
  try {
    const client = await connect(pool)
    try {
      await client.query('begin isolation level repeatable read read only')
      const migrations = await migrationsOf(client)
      const tables: Table[] = []
      for (const [name, order] of Object.entries(KEPT)) tables.push(...(await tableOf(client, name, order)))
      return {
        dialect: 'postgres',
        migrations,
        tables,
        async close() {
          client.release(true)
          await close()
        },
      }
    } catch (error) {
      client.release(true)
      throw error
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  return pool.connect().catch((error: unknown) => {
    throw new ConfigError(`Postgres cannot be reached (${(error as Error).message}). Check DATABASE_URL.`, {
      cause: error,
    })
  })
}

async function migrationsOf(client: pg.PoolClient): Promise<readonly string[]> {
  const { rows: there } = await client.query<{ found: string | null }>(`select to_regclass('${MIGRATIONS}') as found`)
  if (!there[0]?.found) throw new ConfigError('This Postgres database holds no Waybill tables. Check DATABASE_URL.')
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS} order by name`)
  return rows.map(({ name }) => name)
}

/** Empty for a table that a later migration makes. */
async function tableOf(client: pg.PoolClient, name: string, order: readonly string[]): Promise<readonly Table[]> {
  const { rows: found } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by 1`,
    [name],
  )
  if (found.length === 0) return []
  const columns = found.map((column) => column.name).sort()
  const { rows: counted } = await client.query<{ count: number }>(`select count(*) from "${name}"`)
  return [
    {
      name,
      columns,
      count: counted[0]?.count ?? 0,
      async *rows() {
        const cursor = `every_${name}`
        await client.query(
          `declare ${cursor} no scroll cursor for select ${quoted(columns)} from "${name}" order by ${quoted(order)}`,
        )
        for (;;) {
          const { rows } = await client.query<Cell[]>({
            text: `fetch ${ROWS_AT_ONCE} from ${cursor}`,
            rowMode: 'array',
          })
          if (rows.length > 0) yield rows
          if (rows.length < ROWS_AT_ONCE) break
        }
        await client.query(`close ${cursor}`)
      },
    },
  ]
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
