/** Lines with their line end. A line longer than 1 MiB comes in pieces. */
export async function* byteLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const longest = 1024 * 1024
  let rest: Uint8Array = new Uint8Array()
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let start = 0
    for (;;) {
      const end = bytes.indexOf(0x0a, start)
      if (end < 0) break
      yield bytes.subarray(start, end + 1)
      start = end + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > longest) {
      yield rest
      rest = new Uint8Array()
    }
  }
  if (rest.length > 0) yield rest
}
