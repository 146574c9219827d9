import { resolve } from 'node:path'
import { workspaceId } from '../core/ids.ts'
import { ConfigError } from '../errors.ts'
import type { Database, DatabaseOptions } from './database.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/**
 * Opens 'postgres://…' or a SQLite file ('sqlite:./data/waybill.db' or a plain path) and brings its tables up to date.
 * ConfigError when it cannot be reached, is not a database, or was written by a newer Waybill.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const workspace = options.workspace ?? workspaceId('default')
  const place = placeOf(url)
  return place.dialect === 'postgres'
    ? openPostgres(place.url, workspace, options)
    : openSqlite(place.file, workspace, options)
}

export type Place =
  | { readonly dialect: 'postgres'; readonly url: string }
  | { readonly dialect: 'sqlite'; readonly file: string }

/** Which database an address means, without looking whether it is there. */
export function placeOf(url: string): Place {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === 'postgres' || scheme === 'postgresql') return { dialect: 'postgres', url }
  if (scheme === undefined || scheme === 'sqlite') return { dialect: 'sqlite', file: resolve(pathOf(url)) }
  throw new ConfigError(
    `The database address starts with "${scheme}:", which is not supported. Use postgres://user@host/name or sqlite:./data/waybill.db.`,
  )
}

function pathOf(url: string): string {
  const path = url.replace(/^sqlite:(\/\/(?=\/))?/i, '')
  if (path === '' || path === ':memory:')
    throw new ConfigError('The SQLite address names no file. Use for example sqlite:./data/waybill.db.')
  return path
}
