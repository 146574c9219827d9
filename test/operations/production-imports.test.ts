import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
}

/** Modules that are really loaded when this file is: types are gone by then. */
function loadedBy(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8')
  return [
    ...[...source.matchAll(/^(?:import|export)\s+(?!type\b)([^'"`;]*?)\bfrom '([^']+)'/gm)]
      .filter(([, names]) => !/^\{\s*(?:type \w+(?: as \w+)?,?\s*)+\}\s*$/.test(names!))
      .map((match) => match[2]!),
    ...[...source.matchAll(/^import '([^']+)'/gm)].map((match) => match[1]!),
    ...[...source.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)].map((match) => match[1]!),
    // Processes and threads of ours start with a file of their own.
    ...[...source.matchAll(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g)].map((match) => match[1]!),
  ]
}

function graphOf(entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const specifier of loadedBy(file)) {
      if (specifier.startsWith('.')) visit(join(dirname(file), specifier))
      else if (!specifier.startsWith('node:') && !builtinModules.includes(specifier)) packages.add(packageOf(specifier))
    }
  }
  visit(join(ROOT, entry))
  return { files, packages }
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

test('what `npm start` loads is there and needs production packages only', () => {
  const { files, packages } = graphOf('src/main.ts')

  for (const file of files) expect(existsSync(file), file).toBe(true)
  expect([...packages].filter((name) => !(name in manifest.dependencies))).toEqual([])
  expect([...files].map((file) => relative(ROOT, file)).filter((file) => file.startsWith('src/playground'))).toEqual([])
  expect(files.size).toBeGreaterThan(80)
  expect([...files].some((file) => file.endsWith('training-process.ts'))).toBe(true)
})

test('neither do the commands, but for the demo, which is for a checkout', () => {
  const source = [...graphOf('src/cli.ts').files].filter((file) => !file.includes('/playground/'))
  const packages = new Set(
    source
      .flatMap(loadedBy)
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map(packageOf),
  )

  expect([...packages].filter((name) => !(name in manifest.dependencies))).toEqual([])
})
