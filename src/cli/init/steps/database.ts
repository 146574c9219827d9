import { type DatabaseState, inspectDatabase } from '../../../storage/inspect.ts'
import type { Setup } from '../setup.ts'

const DEFAULT = 'sqlite:./data/waybill.db'

/** Where tickets are kept; what is answered can be used. */
export async function askDatabase(setup: Setup): Promise<void> {
  const { asker, given, keep } = setup
  const before = given('DATABASE_URL')
  if (before && !(await isOnlyTheExample(setup, before)) && (await isUsable(setup, before))) return

  for (;;) {
    const kind = await asker.choose(
      'Where shall tickets be kept?',
      [
        { value: 'sqlite', label: 'In a file', hint: 'SQLite; enough for most' },
        { value: 'postgres', label: 'In a Postgres', hint: 'postgres://user:password@host/name' },
      ],
      'sqlite',
    )
    const url =
      kind === 'sqlite'
        ? await asker.text('Which file?', { initial: DEFAULT })
        : await asker.secret('Address (postgres://user:password@host:5432/name)', (answer) =>
            /^postgres(ql)?:\/\//.test(answer) ? undefined : 'It starts with postgres://',
          )
    const address = kind === 'sqlite' && !url.startsWith('sqlite:') ? `sqlite:${url}` : url
    if (!(await isUsable(setup, address))) continue
    await keep({ DATABASE_URL: address })
    return
  }
}

/** What .env.example puts there is nobody's answer until there is such a database. */
async function isOnlyTheExample({ settings }: Setup, url: string): Promise<boolean> {
  return url === DEFAULT && (await inspectDatabase(url, settings().WORKSPACE)).state === 'absent'
}

async function isUsable({ asker, settings }: Setup, url: string): Promise<boolean> {
  const found = await inspectDatabase(url, settings().WORKSPACE)
  const where = `${found.dialect === 'sqlite' ? 'SQLite' : 'Postgres'} at ${found.name}`
  const hindrance = hindranceIn(found)
  if (hindrance) {
    asker.wrong(
      `${where} cannot be used: ${hindrance}`,
      'Give another address, or mend that and answer the same again.',
    )
    return false
  }
  asker.done(`database: ${where}${found.state === 'absent' ? ' (its tables are made in a moment)' : ''}`)
  return true
}

function hindranceIn(found: DatabaseState): string | undefined {
  if (found.state === 'absent') return undefined
  if (found.state === 'unusable') return found.says
  return found.unwritable ?? (found.unknown.length > 0 ? 'it was written by a newer Waybill' : undefined)
}
