import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from '../../app.ts'
import { RejectedError } from '../../errors.ts'
import type { SourceText } from '../page-contract.ts'

/** What stands behind a line of the journey. Each rejects with RejectedError 404 when there is no such thing. */
export interface Sources {
  event(number: number, version: number): Promise<SourceText>
  decision(number: number): Promise<SourceText>
  /** A file of this repository: code, seeds, docs. */
  file(path: string): Promise<SourceText>
}

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
const SHOWN = ['src', 'db', 'docs', 'manifest.yml', 'README.md']
const LONGEST_BYTES = 1024 * 1024
const LANGUAGES: Readonly<Record<string, SourceText['language']>> = {
  '.ts': 'ts',
  '.tsx': 'ts',
  '.mjs': 'ts',
  '.json': 'json',
  '.jsonl': 'json',
  '.yml': 'yaml',
  '.md': 'md',
  '.sql': 'sql',
  '.css': 'text',
  '.html': 'text',
  '.txt': 'text',
}

export function sources({ tickets }: Pick<App, 'tickets'>, repository = REPOSITORY): Sources {
  const ticketOf = async (number: number) => {
    const ticket = await tickets.byNumber(number)
    if (!ticket) throw missing(`There is no ticket #${number}.`)
    return ticket
  }

  return {
    async event(number, version) {
      const ticket = await ticketOf(number)
      const event = (await tickets.events(ticket.id)).find((one) => one.version === version)
      if (!event) throw missing(`Ticket #${number} has no event ${version}; it has ${ticket.version}.`)
      return { title: `Event ${version} of ticket #${number}: ${event.type}`, language: 'json', text: asJson(event) }
    },

    async decision(number) {
      const { decision } = await ticketOf(number)
      if (!decision) throw missing(`Ticket #${number} is not decided yet.`)
      return { title: `Decision record of ticket #${number}`, language: 'json', text: asJson(decision) }
    },

    async file(path) {
      const file = await inside(repository, path)
      const language = LANGUAGES[extname(file)]
      const about = await stat(file)
      if (!language || !about.isFile()) throw missing(`"${path}" is not a text that is shown here.`)
      if (about.size > LONGEST_BYTES) throw missing(`"${path}" is too long to be shown here.`)
      return { title: path, language, text: await readFile(file, 'utf8') }
    },
  }
}

/** The real path of a file that may be shown, however it was written and wherever links lead. */
async function inside(repository: string, path: string): Promise<string> {
  const refused = missing(
    `There is no file "${path}" to show. Shown are files of this repository under ${SHOWN.join(', ')}.`,
  )
  if (path.includes('\0')) throw refused
  const root = await realpath(repository)
  const file = await realpath(join(root, path)).catch(() => {
    throw refused
  })
  const isShown = SHOWN.some((place) => file === join(root, place) || file.startsWith(join(root, place) + sep))
  if (!isShown) throw refused
  return file
}

const missing = (words: string): RejectedError => new RejectedError(words, { status: 404 })
const asJson = (value: unknown): string => JSON.stringify(value, undefined, 2)
