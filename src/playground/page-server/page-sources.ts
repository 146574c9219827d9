import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/**
 * A name for what a page is made of: every file of its folder, the files elsewhere that these import, and `others` (texts or files
 * such as the lockfile). Anything else in it means another name.
 */
export async function fingerprint(folder: string, others: readonly string[]): Promise<string> {
  const inside = await readdir(folder, { recursive: true, withFileTypes: true })
  const waiting = inside.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const known = new Set(waiting)
  const hashes = new Map<string, string>()
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const text = await readFile(file)
    hashes.set(file, createHash('sha256').update(text).digest('hex'))
    if (!/\.tsx?$/.test(file)) continue
    for (const found of importsOf(file, text.toString('utf8')))
      if (!known.has(found)) waiting.push(known.add(found) && found)
  }

  const hash = createHash('sha256')
  for (const [file, of] of [...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${file.slice(commonLength(folder))} ${of}\n`)
  for (const other of others) hash.update(await readFile(other).catch(() => 'missing'))
  return hash.digest('hex').slice(0, 20)
}

/** Files this one imports by their path. What is a type only is in too, which costs a needless build at most. */
const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) => resolve(dirname(file), path ?? ''))

/** Where the checkout lies is no part of the name. */
const commonLength = (folder: string): number => resolve(folder, '../../..').length
