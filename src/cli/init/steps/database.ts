import { inspectDatabase } from '../../../storage/inspect.ts'
import type { Setup } from '../setup.ts'

const DEFAULT = 'sqlite:./data/waybill.db'

/** Where tickets are kept; what is answered can be used. */
export async function askDatabase(setup: Setup): Promise<void> {
  const { asker, given, keep } = setup
  const before = given('DATABASE_URL')
  const found = before ? await usable(setup, before) : undefined
  // What .env.example puts there is nobody's answer until there is a database.
  if (found && !(found === 'absent' && before === DEFAULT)) return

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
    if (!(await usable(setup, address))) continue
    await keep({ DATABASE_URL: address })
    return
  }
}

async function usable({ asker, settings }: Setup, url: string): Promise<'there' | 'absent' | undefined> {
  const found = await inspectDatabase(url, settings().WORKSPACE)
  const where = `${found.dialect === 'sqlite' ? 'SQLite' : 'Postgres'} at ${found.name}`
  if (found.state === 'unusable') {
    asker.wrong(
      `${where} cannot be used: ${found.says}`,
      'Give another address, or mend that and answer the same again.',
    )
    return undefined
  }
  if (found.state === 'there' && (found.unwritable || found.unknown.length > 0)) {
    const why = found.unwritable ?? 'it was written by a newer Waybill'
    asker.wrong(`${where} cannot be used: ${why}`, 'Give another address, or mend that and answer the same again.')
    return undefined
  }
  asker.done(`database: ${where}${found.state === 'absent' ? ' (its tables are made in a moment)' : ''}`)
  return found.state
}
