import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string
  readonly plain: Buffer
  /** Packed when the page was built; undefined where that saves nothing. */
  readonly brotli: Buffer | undefined
  readonly gzip: Buffer | undefined
  readonly etag: string
}

/** By path, such as `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/** Text gets smaller; pictures and fonts are packed already. */
export const isPacked = (file: string): boolean => /\.(?:html|js|css|json|svg|txt)$/.test(file)

/** Reads a folder that `buildPage` made: every file, beside it the packed ones. */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const entries = files
    .filter((file) => !/\.(?:br|gz)$/.test(file))
    .map(async (file): Promise<[string, PageFile]> => {
      const [plain, brotli, gzip] = await Promise.all([
        readFile(file),
        files.includes(`${file}.br`) ? readFile(`${file}.br`) : undefined,
        files.includes(`${file}.gz`) ? readFile(`${file}.gz`) : undefined,
      ])
      const type = TYPES[extname(file)] ?? 'application/octet-stream'
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
      return [`/${relative(folder, file).replaceAll(sep, '/')}`, { type, plain, brotli, gzip, etag }]
    })
  return new Map(await Promise.all(entries))
}
