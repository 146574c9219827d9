/** A value both databases know by the same name. */
export type Cell = string | number | null
export type Row = readonly Cell[]

export interface Table {
  readonly name: string
  readonly columns: readonly string[]
  /** How many rows there are. */
  readonly count: number
  /** In a fixed order, some hundred at a time. */
  rows(): AsyncIterable<readonly Row[]>
}

/** What a database holds at one moment, however much is written to it meanwhile. */
export interface Snapshot {
  readonly dialect: 'sqlite' | 'postgres'
  /** Names of the migrations its tables have been through, in order. */
  readonly migrations: readonly string[]
  readonly tables: readonly Table[]
  close(): Promise<void>
}

export const ROWS_AT_ONCE = 500
