import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { ConfigError } from '../../../src/errors.ts'
import { buildPage } from '../../../src/playground/page-server/build-page.ts'
import { fingerprint } from '../../../src/playground/page-server/page-sources.ts'
import { aWorkspace } from '../workspace/support.ts'
import { anApp, aStage, servedPage } from './support.ts'

const INDEX = `<!doctype html>
<html><head><script>document.title = 'early'</script></head>
<body><div id="page"></div><script type="module" src="./main.tsx"></script></body></html>`
const MAIN = `import { createRoot } from 'react-dom/client'
import { hello } from './hello.ts'
createRoot(document.getElementById('page')!).render(<main>{hello}</main>)`

/** A page of its own, in the folder of the packages, since that is where it finds React. */
function aPageFolder() {
  mkdirSync('node_modules/.cache', { recursive: true })
  const folder = mkdtempSync('node_modules/.cache/waybill-test-page-')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const root = join(process.cwd(), folder, 'page')
  mkdirSync(root)
  writeFileSync(join(root, 'index.html'), INDEX)
  writeFileSync(join(root, 'main.tsx'), MAIN)
  writeFileSync(join(root, 'hello.ts'), `export const hello: string = 'hello from the page'`)
  return { root, cache: join(process.cwd(), folder, 'cache') }
}

const asked = (url: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject).end()
  })

test('the page is built once, and served packed and to be kept', async () => {
  const place = aPageFolder()
  const built = await buildPage(place)
  const names = readdirSync(place.cache)
  expect(names).toHaveLength(1)
  const again = await buildPage(place)
  expect(again).toEqual(built)
  const script = [...built.keys()].find((path) => path.endsWith('.js'))!
  const { url } = await servedPage(aStage(await aWorkspace(), await anApp()).stage, { page: built })

  const page = await asked(url)
  expect(page).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
  })
  expect(page.body.toString()).toContain(script)
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'self'")
  expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='/)
  expect((await asked(url, { 'if-none-match': String(page.headers.etag) })).status).toBe(304)

  const plain = await asked(url + script)
  const [brotli, gzip] = [
    await asked(url + script, { 'accept-encoding': 'gzip, br' }),
    await asked(url + script, { 'accept-encoding': 'gzip, br;q=0' }),
  ]
  expect(plain.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  })
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(brotli.headers['content-encoding']).toBe('br')
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true)
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true)
  expect(brotli.body.length).toBeLessThan(plain.body.length / 2)
  expect(plain.body.toString()).toContain('hello from the page')
  expect(plain.body.toString()).not.toContain('react-dom-client.development')
  expect(await asked(`${url}/assets/../index.html.br`)).toMatchObject({ status: 404 })
  expect(await asked(`${url}/nowhere`)).toMatchObject({ status: 404 })

  writeFileSync(join(place.root, 'hello.ts'), `export const hello: string = 'hello again'`)
  const changed = await buildPage(place)
  const other = [...changed.keys()].find((path) => path.endsWith('.js'))!
  expect(other).not.toBe(script)
  expect(changed.get(other)?.plain.toString()).toContain('hello again')
  expect(readdirSync(place.cache)).not.toEqual(names)
  expect(readdirSync(place.cache)).toHaveLength(1)
})

test('what does not build says so, and leaves nothing behind', async () => {
  const place = aPageFolder()
  writeFileSync(join(place.root, 'hello.ts'), `export { hello } from 'a-package-that-is-not-there'`)

  const failing = buildPage(place)

  await expect(failing).rejects.toThrow(ConfigError)
  await expect(failing).rejects.toThrow(/a-package-that-is-not-there.*npm ci.*--headless/s)
  expect(readdirSync(place.cache)).toEqual([])
})

test('the name of a build hangs on every source, wherever it lies', async () => {
  const { root } = aPageFolder()
  const beside = join(root, '../beside.ts')
  writeFileSync(beside, 'export const one = 1')
  writeFileSync(join(root, 'hello.ts'), `export { one as hello } from '../beside.ts'`)
  const name = await fingerprint(root, [])
  const copy = join(root, '../copy/page')
  cpSync(root, copy, { recursive: true })
  cpSync(beside, join(copy, '../beside.ts'))

  expect(await fingerprint(root, [])).toBe(name)
  expect(await fingerprint(copy, [])).toBe(name)
  expect(await fingerprint(root, [join(root, 'index.html')])).not.toBe(name)
  writeFileSync(beside, 'export const one = 2')
  expect(await fingerprint(root, [])).not.toBe(name)
})
