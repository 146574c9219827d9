import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'

/**
 * A name for what a page is made of: every file of its folder, the files elsewhere that these import, and `others`, such as the
 * lockfile. When one of them changes it is another name; where the folder lies is no part of it.
 */
export async function fingerprint(folder: string, others: readonly string[]): Promise<string> {
  const inside = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = new Set(inside.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)))
  const lines: string[] = []
  // A set that grows while it is gone through is gone through to its end.
  for (const file of files) {
    // What is not there is for the bundler to complain about.
    const content = await readFile(file).catch(() => Buffer.from('missing'))
    lines.push(`${relative(folder, file)} ${createHash('sha256').update(content).digest('hex')}`)
    if (/\.tsx?$/.test(file)) for (const imported of importsOf(file, content.toString('utf8'))) files.add(imported)
  }

  const hash = createHash('sha256').update(lines.toSorted().join('\n'))
  for (const other of others) hash.update(await readFile(other).catch(() => 'missing'))
  return hash.digest('hex').slice(0, 20)
}

/** Files this one imports by their path. What is imported for its type only is in too, which costs a needless build at most. */
const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) => resolve(dirname(file), path ?? ''))
