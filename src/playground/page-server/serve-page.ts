import { createHash } from 'node:crypto'
import type { PageFile, PageFiles } from './page-files.ts'

/** Answers with a file of the page, packed if the browser can unpack it; 404 in words when there is none. */
export function servePage(files: PageFiles, request: Request): Response {
  const { pathname } = new URL(request.url)
  const path = pathname === '/' ? '/index.html' : pathname
  const file = files.get(path)
  if (!file) return Response.json({ error: 'There is nothing at this address.' }, { status: 404 })

  const headers = { ...headersOf(file), ...(path === '/index.html' ? documentHeaders(file) : {}), ...keeping(path) }
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
  const [encoding, body] = packedFor(request.headers.get('accept-encoding') ?? '', file)
  return new Response(new Uint8Array(body), {
    headers: {
      ...headers,
      'content-type': file.type,
      'content-length': String(body.length),
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
  })
}

/** The name of an asset changes with what is in it, so it may be kept for ever; the page itself is asked for each time. */
const keeping = (path: string) => ({
  'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
})

const headersOf = ({ etag }: PageFile) => ({
  etag,
  vary: 'accept-encoding',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
})

/** Cards show what strangers wrote: whatever gets into the page, it runs and loads nothing but our own. */
function documentHeaders({ plain }: PageFile) {
  const inline = [...plain.toString('utf8').matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)]
  const hashes = inline.map(
    ([, code]) =>
      `'sha256-${createHash('sha256')
        .update(code ?? '')
        .digest('base64')}'`,
  )
  const policy = [
    "default-src 'self'",
    `script-src ${["'self'", ...hashes].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: https:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return { 'content-security-policy': policy.join('; ') }
}

function packedFor(accepted: string, { plain, brotli, gzip }: PageFile): [string | undefined, Buffer] {
  const takes = (encoding: string) =>
    accepted.split(',').some((one) => {
      const [name, weight] = one.trim().toLowerCase().split(';')
      return name === encoding && !/^\s*q=0(?:\.0*)?$/.test(weight ?? '')
    })
  if (brotli && takes('br')) return ['br', brotli]
  if (gzip && takes('gzip')) return ['gzip', gzip]
  return [undefined, plain]
}
