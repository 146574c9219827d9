import { get } from 'node:http'
import type { Browser } from 'playwright-core'

/** Bytes of one type of file on the wire, without headers, by how they are packed; and unpacked. */
export interface Weight {
  readonly type: string
  readonly files: number
  readonly br: number
  readonly gzip: number
  readonly plain: number
}

/** What a browser fetches before it stands still, except what the server sends of the workspace. */
export async function pageWeight(browser: Browser, url: string): Promise<readonly Weight[]> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.getByRole('main').getByRole('article').first().waitFor()
  const fetched = await page.evaluate(() => [
    location.href,
    ...performance.getEntriesByType('resource').map(({ name }) => name),
  ])
  await page.close()

  const weights = new Map<string, Weight>()
  const own = new Set(fetched.filter((one) => one.startsWith(url) && !new URL(one).pathname.startsWith('/api/')))
  for (const one of own) {
    const type = typeOf(new URL(one).pathname)
    const [br, gzip, plain] = await Promise.all(['br', 'gzip', 'identity'].map((encoding) => bytesOf(one, encoding)))
    const before = weights.get(type) ?? { type, files: 0, br: 0, gzip: 0, plain: 0 }
    weights.set(type, {
      type,
      files: before.files + 1,
      br: before.br + (br ?? 0),
      gzip: before.gzip + (gzip ?? 0),
      plain: before.plain + (plain ?? 0),
    })
  }
  return [...weights.values()]
}

const typeOf = (path: string): string => /\.(\w+)$/.exec(path)?.[1] ?? 'html'

/** As sent: `fetch` would unpack it. */
function bytesOf(url: string, encoding: string): Promise<number> {
  return new Promise((found, failed) => {
    get(url, { headers: { 'accept-encoding': encoding } }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => found(bytes))
      response.on('error', failed)
    }).on('error', failed)
  })
}
