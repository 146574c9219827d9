import { spawnSync } from 'node:child_process'
import { chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place } from '../support/main-process.ts'

const ROOT = join(import.meta.dirname, '../..')
const NOBODY = 65_534

export interface DrillPlace extends Place {
  readonly data: string
  /** Files of the tree that were written since it was made. */
  writtenOutside(): readonly string[]
  remove(): void
}

/** The checkout as it stands; all it writes goes to a folder of its own. */
export function inCheckout(environment: Readonly<Record<string, string>>): DrillPlace {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-drill-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  return {
    tree: ROOT,
    cwd: data,
    data,
    environment: { ...environment, DATABASE_URL: `sqlite:${data}/waybill.db` },
    writtenOutside: () => [],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/**
 * What the Dockerfile makes, without Docker: the files it copies, production packages from `npm ci`, a program that runs as nobody in a
 * tree that belongs to root. Needs the network (or a warm npm cache) and root.
 */
export function likeTheImage(environment: Readonly<Record<string, string>>): DrillPlace {
  if (process.getuid?.() !== 0) throw new Error('--image runs the bot as nobody, which only root may do.')
  const folder = mkdtempSync(join(tmpdir(), 'waybill-drill-'))
  const [tree, data, temporary] = ['app', 'data', 'tmp'].map((name) => join(folder, name)) as [string, string, string]
  for (const path of [tree, data, temporary]) mkdirSync(path)
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'LICENSE', 'manifest.yml', 'db', 'src'])
    cpSync(join(ROOT, name), join(tree, name), { recursive: true })
  const npm = spawnSync('npm', ['ci', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund'], {
    cwd: tree,
    stdio: 'inherit',
  })
  if (npm.status !== 0) throw new Error('npm ci failed.')
  spawnSync('chmod', ['-R', 'a+rX,a-w', tree])
  spawnSync('chmod', ['a+rx', folder])
  for (const path of [data, temporary]) chownSync(path, NOBODY, NOBODY)
  const madeAt = Date.now()
  return {
    tree,
    cwd: tree,
    data,
    runAs: NOBODY,
    environment: {
      ...environment,
      NODE_ENV: 'production',
      HOME: '/nonexistent',
      TMPDIR: temporary,
      DATABASE_URL: `sqlite:${data}/waybill.db`,
    },
    writtenOutside: () =>
      readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter(
        (name) => statSync(join(tree, name)).mtimeMs > madeAt,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
