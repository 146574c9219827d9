import type { FeatureSpace } from './features.ts'
import type { Layer, TextModel } from './model.ts'

/** A model file that must not be used. The message says why and what to do. */
export class CheckpointError extends RangeError {
  override readonly name = 'CheckpointError'
}

export const CHECKPOINT_VERSION = 1
const MODEL = [0x57, 0x42, 0x54, 0x4d] // "WBTM"
const LESSONS = [0x57, 0x42, 0x54, 0x4c] // "WBTL"
const HEADER_BYTES = 12
const CHECKSUM_BYTES = 4

/**
 * One file for all heads of one feature space, little-endian: "WBTM", version u32, payload length u32, payload, CRC-32 of
 * everything before it. Equal models give equal bytes: rows are written in the order of their slots.
 */
export const writeCheckpoint = (space: FeatureSpace, heads: Readonly<Record<string, TextModel>>): Uint8Array =>
  sealed(MODEL, (writer) => {
    writeSpace(writer, space)
    writeHeads(writer, heads, (head) => {
      writeBase(writer, head)
      writeLessonLayer(writer, head)
    })
  })

/** Throws a CheckpointError for a file that is cut, altered, from a newer Waybill or no model at all. */
export function readCheckpoint(file: Uint8Array): { space: FeatureSpace; heads: Record<string, TextModel> } {
  const reader = opened(MODEL, file)
  const space = readSpace(reader)
  const heads = readHeads(reader, () => {
    const base = readBase(reader, space)
    return { space, base, ...readLessonLayer(reader, space) }
  })
  return { space, heads }
}

/** Only what lessons added, sealed in the same way as "WBTL": small beside the base, which it needs to be read with. */
export const writeLessons = (heads: Readonly<Record<string, TextModel>>): Uint8Array =>
  sealed(LESSONS, (writer) => writeHeads(writer, heads, (head) => writeLessonLayer(writer, head)))

/** The heads of `base` with these lessons instead of their own. Throws a CheckpointError as `readCheckpoint` does. */
export function readLessons(
  file: Uint8Array,
  base: Readonly<Record<string, TextModel>>,
): Readonly<Record<string, TextModel>> {
  const reader = opened(LESSONS, file)
  return readHeads(reader, (name) => {
    const head = base[name]
    if (!head) throw new CheckpointError(`These lessons are about "${name}", which this model does not read.`)
    const { labels, lessons } = readLessonLayer(reader, head.space)
    if (head.base.labels.some((label, index) => labels[index] !== label))
      throw new CheckpointError(`These lessons belong to another model: the labels of "${name}" differ.`)
    return { ...head, labels, lessons }
  })
}

function sealed(magic: readonly number[], write: (writer: ByteWriter) => void): Uint8Array {
  const writer = byteWriter()
  for (const byte of magic) writer.u8(byte)
  writer.u32(CHECKPOINT_VERSION)
  writer.u32(0)
  write(writer)
  writer.patchU32(8, writer.length() - HEADER_BYTES)
  writer.u32(crc32(writer.bytes()))
  return writer.bytes().slice()
}

function opened(magic: readonly number[], file: Uint8Array): ByteReader {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < HEADER_BYTES || magic.some((byte, index) => file[index] !== byte))
    throw new CheckpointError('This is not a Waybill model file. Train a new one, or restore a backup.')
  const version = view.getUint32(4, true)
  if (version > CHECKPOINT_VERSION)
    throw new CheckpointError(
      `This model file has version ${version}, this Waybill reads up to ${CHECKPOINT_VERSION}. Update Waybill, or train a new model.`,
    )
  const expected = HEADER_BYTES + view.getUint32(8, true) + CHECKSUM_BYTES
  if (file.length !== expected)
    throw new CheckpointError(
      `The model file has ${file.length} bytes where ${expected} were written. Restore a backup, or train a new one.`,
    )
  if (crc32(file.subarray(0, -CHECKSUM_BYTES)) !== view.getUint32(expected - CHECKSUM_BYTES, true))
    throw new CheckpointError(
      'The model file is damaged: its checksum does not match. Restore a backup, or train a new one.',
    )
  return byteReader(view, HEADER_BYTES, expected - CHECKSUM_BYTES)
}

function writeHeads(
  writer: ByteWriter,
  heads: Readonly<Record<string, TextModel>>,
  write: (head: TextModel) => void,
): void {
  const named = Object.entries(heads).sort(([a], [b]) => (a < b ? -1 : 1))
  writer.varint(named.length)
  for (const [name, head] of named) {
    writer.text(name)
    write(head)
  }
}

function readHeads(reader: ByteReader, read: (name: string) => TextModel): Record<string, TextModel> {
  const heads: Record<string, TextModel> = {}
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.text()
    heads[name] = read(name)
  }
  if (reader.left() !== 0) throw new CheckpointError(`The model file has ${reader.left()} bytes too many.`)
  return heads
}

function writeSpace(writer: ByteWriter, { bits, documents, frequencies }: FeatureSpace): void {
  writer.varint(bits)
  writer.varint(documents)
  const used = slotsOf(frequencies)
  writeSlots(writer, used)
  for (const slot of used) writer.varint(frequencies[slot]!)
}

function readSpace(reader: ByteReader): FeatureSpace {
  const bits = reader.varint()
  if (bits < 1 || bits > 24) throw new CheckpointError(`A feature space of 2^${bits} slots cannot be right.`)
  const documents = reader.varint()
  const frequencies = new Uint32Array(2 ** bits)
  for (const slot of readSlots(reader, frequencies.length)) frequencies[slot] = reader.varint()
  return { bits, documents, frequencies }
}

function writeBase(writer: ByteWriter, { base: { labels, bias, temperature, layer } }: TextModel): void {
  writeLabels(writer, labels)
  for (const value of bias) writer.f64(value)
  writer.f64(temperature)
  writeLayer(writer, layer.rowOf, labels.length, [layer.weights])
}

function readBase(reader: ByteReader, space: FeatureSpace): TextModel['base'] {
  const labels = readLabels(reader)
  const bias = Float64Array.from(labels, () => reader.f64())
  const temperature = reader.f64()
  return { labels, bias, temperature, layer: readLayer(reader, space, labels.length, false) }
}

function writeLessonLayer(writer: ByteWriter, { labels, lessons }: TextModel): void {
  writeLabels(writer, labels)
  writeLayer(writer, lessons.rowOf, labels.length, [lessons.weights, lessons.squares])
}

function readLessonLayer(reader: ByteReader, space: FeatureSpace): Pick<TextModel, 'labels' | 'lessons'> {
  const labels = readLabels(reader)
  return { labels, lessons: readLayer(reader, space, labels.length, true) }
}

function writeLabels(writer: ByteWriter, labels: readonly string[]): void {
  writer.varint(labels.length)
  for (const label of labels) writer.text(label)
}

function writeLayer(writer: ByteWriter, rowOf: Int32Array, width: number, tables: readonly Float32Array[]): void {
  const used = slotsOf(rowOf)
  writeSlots(writer, used)
  for (const table of tables) {
    const ordered = new Float32Array(used.length * width)
    for (const [row, slot] of used.entries()) {
      const start = (rowOf[slot]! - 1) * width
      ordered.set(table.subarray(start, start + width), row * width)
    }
    writer.floats(ordered)
  }
}

const readLabels = (reader: ByteReader): string[] => Array.from({ length: reader.varint() }, () => reader.text())

function readLayer(reader: ByteReader, space: FeatureSpace, width: number, hasSquares: boolean): Layer {
  const rowOf = new Int32Array(2 ** space.bits)
  const used = readSlots(reader, rowOf.length)
  for (const [row, slot] of used.entries()) rowOf[slot] = row + 1
  const weights = reader.floats(used.length * width)
  const squares = reader.floats(hasSquares ? weights.length : 0)
  return { rowOf, rows: used.length, weights, squares }
}

function slotsOf(table: Int32Array | Uint32Array): number[] {
  const used: number[] = []
  for (let slot = 0; slot < table.length; slot++) if (table[slot] !== 0) used.push(slot)
  return used
}

function writeSlots(writer: ByteWriter, slots: readonly number[]): void {
  writer.varint(slots.length)
  let before = -1
  for (const slot of slots) {
    writer.varint(slot - before)
    before = slot
  }
}

function readSlots(reader: ByteReader, size: number): number[] {
  const slots: number[] = []
  let slot = -1
  for (let left = reader.varint(); left > 0; left--) {
    slot += reader.varint()
    if (slot >= size) throw new CheckpointError(`The model file names feature ${slot} of ${size}.`)
    slots.push(slot)
  }
  return slots
}

type ByteWriter = ReturnType<typeof byteWriter>
type ByteReader = ReturnType<typeof byteReader>

function byteWriter() {
  let buffer = new Uint8Array(1 << 16)
  let view = new DataView(buffer.buffer)
  let length = 0
  const reserve = (count: number): number => {
    if (length + count > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + count))
      larger.set(buffer)
      buffer = larger
      view = new DataView(buffer.buffer)
    }
    const place = length
    length += count
    return place
  }
  const u8 = (value: number): void => {
    const place = reserve(1)
    buffer[place] = value
  }
  const varint = (value: number): void => {
    let rest = value
    for (; rest >= 0x80; rest >>>= 7) u8((rest & 0x7f) | 0x80)
    u8(rest)
  }
  return {
    u8,
    varint,
    u32(value: number): void {
      const place = reserve(4)
      view.setUint32(place, value, true)
    },
    floats(values: Float32Array): void {
      const start = reserve(values.length * 4)
      for (let i = 0; i < values.length; i++) view.setFloat32(start + i * 4, values[i]!, true)
    },
    f64(value: number): void {
      const place = reserve(8)
      view.setFloat64(place, value, true)
    },
    text(value: string): void {
      const encoded = new TextEncoder().encode(value)
      varint(encoded.length)
      const place = reserve(encoded.length)
      buffer.set(encoded, place)
    },
    patchU32: (place: number, value: number): void => view.setUint32(place, value, true),
    length: () => length,
    bytes: () => buffer.subarray(0, length),
  }
}

function byteReader(view: DataView, start: number, end: number) {
  let place = start
  const take = (count: number): number => {
    if (place + count > end) throw new CheckpointError('The model file ends in the middle of a value.')
    const from = place
    place += count
    return from
  }
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 32; shift += 7) {
      const byte = view.getUint8(take(1))
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new CheckpointError('The model file has a length that never ends.')
  }
  return {
    varint,
    floats(count: number): Float32Array {
      const from = take(count * 4)
      const values = new Float32Array(count)
      for (let i = 0; i < count; i++) values[i] = view.getFloat32(from + i * 4, true)
      return values
    },
    f64: () => view.getFloat64(take(8), true),
    text(): string {
      const length = varint()
      const from = take(length)
      return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + from, length))
    },
    left: () => end - place,
  }
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 of ISO 3309: finds every single flipped bit and every burst up to 32 bits. */
function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[i]!) & 0xff]!
  return ~crc >>> 0
}
