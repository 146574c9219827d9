import { resolve } from 'node:path'
import { Settings } from '../../app.ts'
import { readSettings } from '../../config.ts'
import { ConfigError } from '../../errors.ts'
import { nothingLogged } from '../doctor/nothing-logged.ts'
import type { Asker } from './asker.ts'
import { saveSettings } from './env-file.ts'

const EXAMPLE = new URL('../../../.env.example', import.meta.url)

type Environment = Readonly<Record<string, string | undefined>>

/** What every step works with: somebody to ask, what is known so far, and where answers are kept. */
export interface Setup {
  readonly asker: Asker
  /** Where .env and policy.yml lie. */
  readonly folder: string
  readonly policyFile: string
  /** The environment, and over it what was answered in this run. */
  environment(): Environment
  /** All settings as they stand now. */
  settings(): Settings
  /** A setting that is there and well-formed. */
  given(name: keyof Settings): string | undefined
  /** Why this would be no value for that setting. */
  refuses(name: keyof Settings, value: string): string | undefined
  /** Writes answers into .env at once, so that nothing answered is asked again. */
  keep(answers: Readonly<Record<string, string>>): Promise<void>
  /** What else was written in this run, in words. */
  wrote(what: string): void
  /** Everything that was written in this run, in words. */
  kept(): readonly string[]
  /** How to reach Slack: nobody listens to what its library has to say. */
  slack(): { readonly apiUrl: string; readonly log: typeof nothingLogged }
}

/** What the steps ask for, in words; whatever else is wrong in the environment has to be mended by hand. */
const ASKED: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: 'the bot token',
  SLACK_APP_TOKEN: 'the app token',
  SLACK_SIGNING_SECRET: 'the signing secret',
  DATABASE_URL: 'the address of the database',
  OPENAI_API_KEY: 'the key of the language model',
  OPENAI_BASE_URL: 'the address of the language model',
  OPENAI_MODEL: 'the name of the language model',
}

/** ConfigError when settings are wrong that nobody is going to ask for. */
export function setupIn(folder: string, environment: Environment, asker: Asker): Setup {
  const answers: Record<string, string> = {}
  const written = new Set<string>()
  const known = (): Environment => ({ ...environment, ...answers })
  const refuses = (name: keyof Settings, value: string): string | undefined =>
    Settings.shape[name].safeParse(value).error?.issues[0]?.message
  const given = (name: keyof Settings): string | undefined => {
    const value = known()[name]
    return value && refuses(name, value) === undefined ? value : undefined
  }
  /** Without the answers that are wrong: those are asked for again. */
  const settings = () => {
    const sound = Object.entries(known()).filter(
      ([name, value]) => !Object.hasOwn(ASKED, name) || (value && refuses(name as keyof Settings, value) === undefined),
    )
    // A log would be written across the questions.
    return { ...readSettings(Object.fromEntries(sound), Settings), LOG_LEVEL: 'silent' as const }
  }
  settings()

  return {
    asker,
    folder,
    policyFile: resolve(folder, 'policy.yml'),
    environment: known,
    settings,
    given,
    refuses,

    async keep(said) {
      const wrong = Object.entries(said).find(([name, value]) => refuses(name as keyof Settings, value))
      if (wrong) throw new ConfigError(`${wrong[0]} ${refuses(wrong[0] as keyof Settings, wrong[1])}`)
      const before = await saveSettings(resolve(folder, '.env'), EXAMPLE, said)
      for (const name of Object.keys(said)) written.add(ASKED[name] ?? name)
      for (const name of Object.keys(said))
        if (environment[name] && environment[name] !== before[name] && environment[name] !== said[name])
          asker.careful(
            `${name} is also set in your environment, and that wins over .env.`,
            `Take it out there: unset ${name}`,
          )
      Object.assign(answers, said)
    },

    wrote: (what) => void written.add(what),
    kept: () => [...written],

    slack: () => ({ apiUrl: settings().SLACK_API_URL, log: nothingLogged }),
  }
}
