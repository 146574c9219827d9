import BetterSqlite from 'better-sqlite3'
import pg from 'pg'

const SPAN_MS = 1_500
/** As many connections as Waybill itself opens. */
const CONNECTIONS = 10

/** Single-row commits a second of this very database, as durable as Waybill's own: what the disk and the server can do. */
export const commitRate = (url: string): Promise<number> =>
  url.startsWith('postgres') ? postgresRate(url) : Promise.resolve(sqliteRate(url.replace(/^sqlite:/, '')))

function sqliteRate(file: string): number {
  const database = new BetterSqlite(`${file}-commit-rate`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec('create table commits (id integer primary key, text text)')
  const insert = database.prepare('insert into commits (text) values (?)')
  const startedAt = performance.now()
  let commits = 0
  while (performance.now() - startedAt < SPAN_MS) {
    insert.run('x'.repeat(200))
    commits += 1
  }
  database.close()
  return commits / ((performance.now() - startedAt) / 1000)
}

async function postgresRate(url: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  await pool.query('create table commits (id serial primary key, text text)')
  const startedAt = performance.now()
  let commits = 0
  const commit = async () => {
    while (performance.now() - startedAt < SPAN_MS) {
      await pool.query('insert into commits (text) values ($1)', ['x'.repeat(200)])
      commits += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, commit))
  const seconds = (performance.now() - startedAt) / 1000
  await pool.query('drop table commits')
  await pool.end()
  return commits / seconds
}
