import { createHash, randomUUID } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrainingOrder } from '../../src/pipeline/training-process.ts'
import { starterModel } from '../../src/text-model/starter-model.ts'
import { serialiseTicketModel } from '../../src/text-model/ticket-model.ts'

const SOURCES = new URL('../../src/text-model/', import.meta.url).pathname
const FOLDER = join(tmpdir(), 'waybill-trained')

/** Trains like the product, but the same order only once on this machine: for tests that start Waybill again and again. */
export async function trainOnce({ corpus, topics }: TrainingOrder): Promise<Uint8Array> {
  const file = join(FOLDER, nameOf({ corpus, topics }))
  try {
    return readFileSync(file)
  } catch {
    const bytes = serialiseTicketModel(starterModel(corpus, topics))
    mkdirSync(FOLDER, { recursive: true })
    // Renamed when it is whole: another process may read it at any moment.
    const draft = `${file}-${randomUUID()}`
    writeFileSync(draft, bytes)
    renameSync(draft, file)
    return bytes
  }
}

/** Whatever the result depends on: what is learned, and the code that learns. */
function nameOf(order: TrainingOrder): string {
  const hash = createHash('sha256').update(JSON.stringify(order))
  for (const source of globSync('*.ts', { cwd: SOURCES }).toSorted()) hash.update(readFileSync(join(SOURCES, source)))
  return hash.digest('hex')
}
