import BetterSqlite from 'better-sqlite3'
import pg from 'pg'

/** Reads a database beside the product: no store, no schema type and no query builder of ours is in between. */
export interface PlainSql {
  rows<Row>(statement: string): Promise<readonly Row[]>
  close(): Promise<void>
}

/** `url` as the product's DATABASE_URL. On SQLite every statement sees what is committed by then. */
export function plainSql(url: string): PlainSql {
  return url.startsWith('postgres') ? onPostgres(url) : onSqlite(url.replace(/^sqlite:/, ''))
}

function onSqlite(file: string): PlainSql {
  const database = new BetterSqlite(file, { readonly: true, timeout: 5_000 })
  return {
    rows: async <Row>(statement: string) => database.prepare(statement).all() as Row[],
    async close() {
      database.close()
    },
  }
}

function onPostgres(url: string): PlainSql {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => {})
  return {
    rows: async <Row>(statement: string) => (await pool.query(statement)).rows as Row[],
    close: () => pool.end(),
  }
}

/** An empty database of this name on the server behind `server`; resolves with its address. */
export async function createPostgresDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
