import type { Settings } from '../../app.ts'
import type { Person, Team } from '../../core/person.ts'
import type { Policy } from '../../core/policy.ts'
import type { Answer, Bot, Inspection } from '../../slack/inspect.ts'
import type { DatabaseState } from '../../storage/inspect.ts'

/** `fault` needs mending, `warning` may, `unknown` could not be looked at. */
export type Level = 'ok' | 'warning' | 'fault' | 'unknown'

export interface Finding {
  readonly level: Level
  /** One line for the person who runs this Waybill; without a secret. */
  readonly says: string
  /** What to do about it, in one line; '' when there is nothing to do. */
  readonly fix: string
}

/** One thing that can be wrong. It looks at what it is handed and at nothing else, and leaves everything as it was. */
export interface Check {
  readonly id: string
  /** Checks that must have found no fault, or this one cannot look. */
  readonly needs: readonly string[]
  look(around: Surroundings): Promise<readonly Finding[]> | readonly Finding[]
}

export interface EnvFile {
  readonly path: string
  /** Permission bits, such as 0o600. */
  readonly mode: number
  /** Its text, or why it cannot be read. */
  readonly text: string | undefined
  readonly unreadable: string | undefined
}

/** What a policy file says about who is where. */
export interface KnownPolicy {
  readonly policy: Omit<Policy, 'version'>
  readonly teams: readonly Team[]
  readonly people: readonly Person[]
}

/** Everything a check may look at. Nothing is fetched before it is asked for, and nothing is fetched twice. */
export interface Surroundings {
  /** Version of the Node that runs, without a v. */
  readonly node: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  now(): number
  /** Loads every package, SQLite's native one too; throws when one is missing or does not fit this machine. */
  packages(): Promise<void>
  envFile(): Promise<EnvFile | undefined>
  /** ConfigError with every fault when they are wrong. */
  settings(): Promise<Settings>
  settingNames(): Promise<readonly string[]>
  database(): Promise<DatabaseState>
  /** Of the file system the database lies on; `undefined` on Postgres. `type` as statfs(2) names it. */
  disk(): Promise<{ readonly free: number; readonly type: number; readonly folder: string } | undefined>
  /** RejectedError with every fault when it is wrong; `undefined` when there is none. */
  policy(): Promise<KnownPolicy | undefined>
  slack(): Promise<Inspection>
  bot(): Promise<Answer<Bot>>
  appToken(): Promise<Answer<object>>
  /** The bot scopes manifest.yml asks for. */
  wantedScopes(): Promise<readonly string[]>
  /** One GET with a time-out; throws what fetch throws. */
  get(
    url: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: string }>
  /** Whether this process could listen there: the error code when not. */
  listen(port: number, host: string): Promise<string | undefined>
}

export const ok = (says: string): Finding => ({ level: 'ok', says, fix: '' })
export const warning = (says: string, fix: string): Finding => ({ level: 'warning', says, fix })
export const fault = (says: string, fix: string): Finding => ({ level: 'fault', says, fix })
export const unknown = (says: string, fix = ''): Finding => ({ level: 'unknown', says, fix })
