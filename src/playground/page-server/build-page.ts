import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { ConfigError } from '../../errors.ts'
import { isPacked, type PageFiles, readPageFiles } from './page-files.ts'
import { fingerprint } from './page-sources.ts'

export interface PageBuild {
  /** Where index.html is. */
  readonly root: string
  /** Where builds are kept, one folder each. */
  readonly cache: string
}

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
const PLAYGROUND: PageBuild = {
  root: join(REPOSITORY, 'src/playground/page'),
  cache: join(REPOSITORY, 'node_modules/.cache/waybill-page'),
}

const PROCESS = fileURLToPath(new URL('./build-process.ts', import.meta.url))

/**
 * The page, built with Vite when its sources or packages are others than last time; else read from the cache. ConfigError when
 * what it takes is not installed, or the sources do not build.
 */
export async function buildPage({ root, cache }: PageBuild = PLAYGROUND): Promise<PageFiles> {
  const name = await fingerprint(root, [fileURLToPath(import.meta.url), PROCESS, join(REPOSITORY, 'package-lock.json')])
  const folder = join(cache, name)
  if (await isThere(folder)) return readPageFiles(folder)

  const unfinished = join(cache, `${name}.${process.pid}.unfinished`)
  try {
    await mkdir(unfinished, { recursive: true })
    await bundle(root, unfinished)
    await pack(unfinished)
    // Whole or not at all; another process may have been faster with the same.
    await rename(unfinished, folder).catch(async (error: unknown) => {
      if (!(await isThere(folder))) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  await forgetOthers(cache, name)
  return readPageFiles(folder)
}

async function bundle(root: string, outDir: string): Promise<void> {
  const { resolve } = createRequire(import.meta.url)
  try {
    resolve('vite')
  } catch (error) {
    throw new ConfigError(
      'The page is built with Vite and React, which are not installed here. Run `npm ci` to get them, or start with --headless.',
      { cause: error },
    )
  }
  const env = { NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, [PROCESS, root, outDir], { env }).catch(
    (error: Error & { readonly stderr?: string }) => {
      throw new ConfigError(
        `The page could not be built: ${error.stderr || error.message}\nRun \`npm ci\` if packages are missing, or start with --headless.`,
        { cause: error },
      )
    },
  )
}

async function pack(folder: string): Promise<void> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile() && isPacked(entry.name))
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name)
      const text = await readFile(file)
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(text, { params }),
        promisify(gzip)(text, { level: 9 }),
      ])
      if (br.length < text.length) await writeFile(`${file}.br`, br)
      if (gz.length < text.length) await writeFile(`${file}.gz`, gz)
    }),
  )
}

/** Finished builds of what the page was before; unfinished ones belong to somebody. */
async function forgetOthers(cache: string, name: string): Promise<void> {
  const old = (await readdir(cache)).filter((one) => one !== name && !one.endsWith('.unfinished'))
  await Promise.all(old.map((one) => rm(join(cache, one), { recursive: true, force: true })))
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
