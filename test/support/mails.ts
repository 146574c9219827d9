/** A raw mail (RFC 5322): these headers over sensible ones, and a body. */
export function aMail(
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = 'It fails.\r\n',
): Uint8Array {
  const all = {
    From: 'Ann Lee <ann@example.com>',
    To: 'help@northwind.example',
    Subject: 'Export fails',
    Date: 'Mon, 2 Nov 2026 10:00:00 +0100',
    'Message-ID': '<1@example.com>',
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${head.join('')}\r\n`), Buffer.from(body)])
}
