import { constants, crc32, deflateSync, inflateSync } from 'node:zlib'

/**
 * The same picture with at most 256 colours, and for each other one the nearest of them. Meant for pictures of user
 * interfaces, where few colours make nearly all pixels. Reads 8-bit RGB and RGBA without interlacing (PNG,
 * W3C 3rd edition); transparency is dropped.
 */
export function palettePng(png: Buffer): Buffer {
  const { width, height, colours } = read(png)
  const { palette, place } = paletteOf(colours)

  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = place.get(colours[y * width + x] ?? 0) ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE_BYTES = 8

const channels = (colour: number): readonly [number, number, number] => [
  (colour >> 16) & 255,
  (colour >> 8) & 255,
  colour & 255,
]

/** Takes the colour by which most would be gained until there are 256; `place` says which stands for a colour. */
function paletteOf(colours: Uint32Array): {
  readonly palette: readonly number[]
  readonly place: ReadonlyMap<number, number>
} {
  const count = new Map<number, number>()
  for (const colour of colours) count.set(colour, (count.get(colour) ?? 0) + 1)
  const left = [...count].map(([colour, pixels]) => ({ colour, pixels, far: Number.POSITIVE_INFINITY, place: 0 }))
  const palette: number[] = []
  while (palette.length < 256) {
    const next = left.reduce((best, one) => (one.far * one.pixels > best.far * best.pixels ? one : best))
    if (next.far === 0) break
    for (const one of left) {
      const far = distance(one.colour, next.colour)
      if (far >= one.far) continue
      one.far = far
      one.place = palette.length
    }
    palette.push(next.colour)
  }
  return { palette, place: new Map(left.map(({ colour, place }) => [colour, place])) }
}

function distance(one: number, other: number): number {
  const [red, green, blue] = channels(one)
  const [r, g, b] = channels(other)
  return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2
}

/** Pixels as 0xRRGGBB, row by row. */
function read(png: Buffer): { readonly width: number; readonly height: number; readonly colours: Uint32Array } {
  const chunks = [...chunksOf(png)]
  const header = chunks.find(({ type }) => type === 'IHDR')?.content ?? Buffer.alloc(13)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const bytes = { 2: 3, 6: 4 }[header[9] ?? 0]
  if (header[8] !== 8 || bytes === undefined || header[12] !== 0) throw new Error('This kind of PNG is not read here.')

  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content)
  const raw = inflateSync(Buffer.concat(packed))
  const stride = width * bytes
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x
      const left = x < bytes ? 0 : (pixels[at - bytes] ?? 0)
      const up = y === 0 ? 0 : (pixels[at - stride] ?? 0)
      const corner = x < bytes || y === 0 ? 0 : (pixels[at - stride - bytes] ?? 0)
      pixels[at] = (raw[at + y + 1] ?? 0) + predicted(filter, left, up, corner)
    }
  }
  const colours = new Uint32Array(width * height)
  for (let at = 0; at < colours.length; at += 1) colours[at] = pixels.readUIntBE(at * bytes, 3)
  return { width, height, colours }
}

/** The filters of section 9.2. */
function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4:
      return paeth(left, up, corner)
    default:
      return 0
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(guess - one)) as [number, number, number]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

function* chunksOf(png: Buffer): Generator<{ readonly type: string; readonly content: Buffer }> {
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at)
    yield { type: png.toString('latin1', at + 4, at + 8), content: png.subarray(at + 8, at + 8 + length) }
    at += length + 12
  }
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
