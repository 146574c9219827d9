import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export type DatabaseKind = 'sqlite' | 'postgres'

export interface CrashPoint {
  readonly name: string
  readonly file: string
  /** Where the code that holds it runs. */
  readonly on: readonly DatabaseKind[]
}

/** Every `crashPoint('…')` in the source, so that a new one is tried without anybody listing it. */
export function findCrashPoints(source: string): readonly CrashPoint[] {
  const found = new Map<string, CrashPoint>()
  for (const file of sourceFiles(source)) {
    for (const [call, name] of readFileSync(file, 'utf8').matchAll(/\bcrashPoint\(\s*(?:'([^']+)'|([^)\n]*))/g)) {
      if (file.endsWith('fault-injection.ts')) continue
      if (name === undefined) throw new Error(`${file}: ${call}) does not name its point in plain quotes.`)
      const before = found.get(name)
      const on = before ? [...new Set([...before.on, ...databasesOf(file)])] : databasesOf(file)
      found.set(name, { name, file, on })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A file named after one database is never loaded to any effect on the other. */
function databasesOf(file: string): readonly DatabaseKind[] {
  const name = basename(file)
  if (/sqlite|group-commit|serving-lock/.test(name)) return ['sqlite']
  if (/postgres|graphile/.test(name)) return ['postgres']
  return ['sqlite', 'postgres']
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
