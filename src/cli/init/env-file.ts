import { randomUUID } from 'node:crypto'
import { open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError } from '../../errors.ts'

/**
 * The text of a .env file with these settings in it: each replaces the lines that set it, or is added at the end. Every
 * other line, comments and order stay as they are. ConfigError when that cannot be done without changing another setting.
 */
export function withSettings(text: string, settings: Readonly<Record<string, string>>): string {
  let lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  for (const [name, value] of Object.entries(settings)) {
    const line = `${name}=${quoted(name, value)}`
    const sets = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`)
    const last = lines.findLastIndex((other) => sets.test(other))
    lines = last === -1 ? [...lines, line] : lines.with(last, line)
  }
  const written = `${lines.join('\n')}\n`
  const [now, wanted] = [parseEnv(written), { ...parseEnv(text), ...settings }]
  const lost = Object.keys({ ...now, ...wanted }).filter((name) => now[name] !== wanted[name])
  if (lost.length > 0)
    throw new ConfigError(
      `.env cannot be changed without losing ${lost.join(', ')}. Write ${Object.keys(settings).join(', ')} into it by hand.`,
    )
  return written
}

/** As node:util's parseEnv reads it back. */
function quoted(name: string, value: string): string {
  if (/[\r\n]/.test(value)) throw new ConfigError(`${name} cannot hold a line break.`)
  if (/^[^\s"'`#]*$/.test(value)) return value
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark))
  if (!quote) throw new ConfigError(`${name} holds every kind of quotation mark; set it in the environment instead.`)
  return `${quote}${value}${quote}`
}

/**
 * Writes a file that only its owner may read, whole or not at all: it is written beside and renamed. One that is a link is
 * written where the link points.
 */
export async function writePrivately(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const draft = join(dirname(target), `.${randomUUID()}.tmp`)
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/**
 * Puts settings into .env; a new one begins as .env.example, whose comments say what everything is for. Resolves with what
 * stood there before.
 */
export async function saveSettings(
  file: string,
  example: URL,
  settings: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string | undefined>>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // An image need not carry the example.
    if (error.code === 'ENOENT') return readFile(example, 'utf8').catch(() => '')
    throw new ConfigError(`${file} cannot be read (${error.code}). Give it to the user you are.`, { cause: error })
  })
  await writePrivately(file, withSettings(text, settings))
  return parseEnv(text)
}
