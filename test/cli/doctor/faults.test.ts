import { closeSync, existsSync, fstatSync, openSync, writeSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Check, Level, Surroundings } from '../../../src/cli/doctor/check.ts'
import { examine } from '../../../src/cli/doctor/examine.ts'
import { manifestScopes } from '../../../src/cli/doctor/manifest.ts'
import { surroundings } from '../../../src/cli/doctor/surroundings.ts'
import { openDatabase } from '../../../src/storage/open-database.ts'
import { takeServingLock } from '../../../src/storage/serving-lock.ts'
import { DATABASES } from '../../support/databases.ts'
import { CHANNELS, policyDocument } from '../../support/workplace.ts'
import { healthySite, type Site } from './site.ts'

describe.each(DATABASES)('on %s', (kind) => {
  test('a healthy set-up has no fault, no warning and no secret in what is said', async () => {
    const site = await healthySite(kind)

    const found = await site.examine()

    const odd = found.filter(({ level }) => level !== 'ok')
    expect(odd.map(({ check, says }) => `${check}: ${says}`)).toEqual(
      kind === 'postgres' ? ['disk: Postgres keeps its own disk; not looked at from here'] : [],
    )
    for (const secret of [
      site.settings.SLACK_BOT_TOKEN!,
      site.settings.SLACK_APP_TOKEN!,
      site.settings.OPENAI_API_KEY!,
    ])
      expect(JSON.stringify(found)).not.toContain(secret)
  })
})

type Planted = readonly [
  what: string,
  /** Breaks something, or says what the doctor sees instead (`Partial<Surroundings>`). */
  plant: (site: Site) => unknown,
  check: string,
  says: string | RegExp,
  fix: string | RegExp,
  level?: Level,
]

const MINUTES = 60_000

/** Each fault alone, on a machine where all else is right. */
const PLANTED: readonly Planted[] = [
  ['Node too old', () => ({ node: '20.19.5' }), 'node', 'Node 20.19.5 is too old', 'npm ci'],
  [
    'a package that does not load',
    () => ({ packages: () => Promise.reject(new Error('invalid ELF header')) }),
    'modules',
    'invalid ELF header',
    'npm ci',
  ],
  [
    'a setting of the wrong form',
    ({ settings }) => void Object.assign(settings, { LOG_LEVEL: 'loud' }),
    'settings',
    /^LOG_LEVEL: /,
    '.env.example',
  ],
  [
    '.env open to others',
    ({ folder }) => ({
      envFile: async () => ({ path: join(folder, '.env'), mode: 0o100644, text: '', unreadable: undefined }),
    }),
    'env-file',
    'others may read it (0644)',
    'chmod 600 .env',
    'warning',
  ],
  [
    '.env that cannot be read',
    ({ folder }) => ({
      envFile: async () => ({ path: join(folder, '.env'), mode: 0o100600, text: undefined, unreadable: 'EACCES' }),
    }),
    'env-file',
    '.env cannot be read (EACCES)',
    'chown',
  ],
  [
    'a misspelt setting',
    ({ settings }) => void Object.assign(settings, { SLACK_APP_TOKN: 'x' }),
    'env-file',
    'SLACK_APP_TOKN',
    'Rename it to SLACK_APP_TOKEN',
    'warning',
  ],
  [
    'no database',
    ({ settings, folder }) =>
      void Object.assign(settings, { DATABASE_URL: `sqlite:${join(folder, 'missing', 'waybill.db')}` }),
    'database',
    /there is no database at .*missing\/waybill\.db yet/,
    'waybill -- init',
  ],
  [
    'a database where no file can be',
    ({ settings, folder }) =>
      void Object.assign(settings, { DATABASE_URL: `sqlite:${join(folder, '.env', 'waybill.db')}` }),
    'database',
    'cannot be used',
    'Point DATABASE_URL',
  ],
  [
    'a Postgres that does not answer',
    ({ settings }) =>
      void Object.assign(settings, { DATABASE_URL: 'postgres://waybill:hunter2secret@127.0.0.1:9/waybill' }),
    'database',
    /postgres:\/\/127\.0\.0\.1:9\/waybill cannot be used/,
    'Check that the server runs',
  ],
  [
    'a database that takes no writes',
    async (site) => {
      const state = await surroundings(site.settings, site.folder).database()
      return {
        database: async () => ({ ...state, unwritable: 'attempt to write a readonly database' }) as typeof state,
      }
    },
    'database',
    'cannot be written to: attempt to write a readonly database',
    'chown',
  ],
  ['a damaged database', overwrite, 'database', /malformed|is damaged/, 'restore the last backup'],
  [
    'a migration that is pending',
    ({ settings }) =>
      sql(settings, `delete from kysely_migration where name = (select max(name) from kysely_migration)`),
    'database',
    /lacks a migration: 0/,
    'npm start',
  ],
  [
    'a database of a newer Waybill',
    ({ settings }) => sql(settings, `insert into kysely_migration (name, timestamp) values ('9999-later', '2030')`),
    'database',
    'newer Waybill (9999-later)',
    'Start that version',
  ],
  [
    'a full disk',
    () => ({ disk: async () => ({ free: 12 * 1024 * 1024, type: 0xef53, folder: '/var/lib' }) }),
    'disk',
    '12 MiB free in /var/lib',
    'Make room',
  ],
  [
    'a database on a network file system',
    () => ({ disk: async () => ({ free: 2 ** 40, type: 0x6969, folder: '/mnt/share' }) }),
    'disk',
    'network file system (NFS)',
    'use Postgres',
    'warning',
  ],
  [
    'a wrong bot token',
    ({ settings }) => void Object.assign(settings, { SLACK_BOT_TOKEN: 'xoxb-not-this-one' }),
    'bot-token',
    'no such token (invalid_auth)',
    'OAuth & Permissions',
  ],
  [
    'no bot token',
    ({ settings }) => void delete settings.SLACK_BOT_TOKEN,
    'bot-token',
    'SLACK_BOT_TOKEN is not set',
    'waybill -- init',
  ],
  [
    'a Slack out of reach',
    ({ slack }) => slack.failNext('auth.test', 'before-reset'),
    'bot-token',
    'Slack could not be reached',
    'status.slack.com',
  ],
  [
    'a wrong app token',
    ({ settings }) => void Object.assign(settings, { SLACK_APP_TOKEN: 'xapp-not-this-one' }),
    'app-token',
    'does not take SLACK_APP_TOKEN',
    'connections:write',
  ],
  [
    'no way for clicks',
    ({ settings }) => void delete settings.SLACK_APP_TOKEN,
    'app-token',
    'no click reaches Waybill',
    'App-Level Tokens',
  ],
  [
    'the bot not in a channel',
    ({ slack }) => slack.kick('waybill', 'platform'),
    'channels',
    'the bot is not in #platform',
    '/invite @waybill',
  ],
  [
    'an archived channel',
    ({ slack }) => slack.archive('money'),
    'channels',
    '#money, the channel of the team Money, is archived',
    'Unarchive it',
  ],
  [
    'somebody deactivated',
    ({ slack }) => slack.deactivate('grace'),
    'people',
    'Grace (grace) was deactivated',
    'Take grace out',
  ],
  ['our clock 10 minutes ahead', () => ({ now: () => Date.now() + 10 * MINUTES }), 'clock', 'ahead of Slack', 'NTP'],
  [
    'our clock 2 minutes behind',
    () => ({ now: () => Date.now() - 2 * MINUTES }),
    'clock',
    'behind Slack',
    'NTP',
    'warning',
  ],
  ['a model that is down', ({ model }) => model.close(), 'model', 'does not answer (ECONNREFUSED)', 'Start it'],
  [
    'a key the model refuses',
    ({ model }) => void Object.assign(model, { mode: '401' }),
    'model',
    'refuses OPENAI_API_KEY (HTTP 401)',
    'valid key',
  ],
  ['a port that is taken', takePort, 'port', 'is taken on 127.0.0.1 by another program', 'set PORT'],
]

describe('a planted fault is named with its fix, and nothing else is wrong', () => {
  const planted = PLANTED.map(([what, plant, check, says, fix, level = 'fault']) => ({
    what,
    plant,
    check,
    says,
    fix,
    level,
  }))

  test.each(planted)('$what', async ({ plant, check, says, fix, level }) => {
    const site = await healthySite('sqlite')

    const seen = (await plant(site)) as Partial<Surroundings> | undefined
    const found = await site.examine(seen)

    const wrong = found.filter((finding) => finding.level === 'fault' || finding.level === 'warning')
    expect(wrong).toEqual([
      { check, level, says: expect.toSatisfy(fits(says)) as string, fix: expect.toSatisfy(fits(fix)) as string },
    ])
  })

  test('a missing scope', async () => {
    const granted = (await manifestScopes()).filter((scope) => scope !== 'im:write')
    const site = await healthySite('sqlite', { scopes: granted })

    const wrong = (await site.examine()).filter(({ level }) => level !== 'ok')

    expect(wrong).toMatchObject([{ check: 'scopes', level: 'fault', says: 'missing: im:write' }])
    expect(wrong[0]!.fix).toContain('reinstall the app')
  })

  test('no policy', async () => {
    const site = await healthySite('sqlite')
    sql(site.settings, 'delete from policies')

    const wrong = (await site.examine()).filter(({ level }) => level === 'fault')

    expect(wrong).toMatchObject([{ check: 'policy', says: expect.stringContaining('there is no policy') as string }])
    expect(wrong[0]!.fix).toContain('waybill -- init')
  })

  test('a channel nobody has, and one that is not there any more', async () => {
    const site = await healthySite('sqlite', { channels: CHANNELS.filter(({ name }) => name !== 'triage') })

    const wrong = (await site.examine()).filter(({ level }) => level === 'fault')

    expect(wrong).toMatchObject([
      { check: 'channels', says: 'there is no channel C0TRIAGE (triage) that the bot can see' },
    ])
    expect(wrong[0]!.fix).toContain('correct its id in the policy')
  })

  test('several at once are all named', async () => {
    const site = await healthySite('sqlite')
    site.slack.kick('waybill', 'platform')
    site.slack.deactivate('grace')
    site.model.mode = '500'

    const wrong = (await site.examine()).filter(({ level }) => level === 'fault')

    expect(wrong.map(({ check }) => check)).toEqual(['channels', 'people', 'model'])
  })
})

test('without the scopes to look, it says what could not be looked at', async () => {
  const granted = (await manifestScopes()).filter((scope) => !/^(users|channels):read/.test(scope))
  const site = await healthySite('sqlite', { scopes: granted })

  const found = await site.examine()

  expect(found.filter(({ level }) => level === 'unknown')).toMatchObject([
    { check: 'channels', says: expect.stringContaining('without the scope channels:read') as string },
    { check: 'people', says: expect.stringContaining('without the scope users:read') as string },
  ])
})

test('a policy that promises what nobody can do is a warning', async () => {
  const site = await healthySite(
    'sqlite',
    {},
    policyDocument().replaceAll('howto: 3', 'integrations: 2').replaceAll('integrations: 3, ', ''),
  )

  const policy = (await site.examine()).filter(({ check, level }) => check === 'policy' && level !== 'ok')

  expect(policy).toMatchObject([{ level: 'warning', says: expect.stringContaining('the skill for howto') as string }])
})

test('a check that hangs or breaks is a finding, not the end', async () => {
  const site = await healthySite('sqlite')
  const hangs: Check = { id: 'hangs', needs: [], look: () => new Promise(() => undefined) }
  const breaks: Check = {
    id: 'breaks',
    needs: [],
    look: () => Promise.reject(new Error(`bad ${site.settings.SLACK_BOT_TOKEN}`)),
  }

  const found = await examine([hangs, breaks], surroundings(site.settings, site.folder), 20)

  expect(found).toMatchObject([
    { check: 'hangs', level: 'fault', says: expect.stringContaining('no answer within 20 ms') as string },
    { check: 'breaks', level: 'fault', says: 'this could not be looked at: bad [secret]' },
  ])
})

test('a Waybill that serves is seen, and is no fault', async () => {
  const site = await healthySite('sqlite')
  const database = await openDatabase(site.settings.DATABASE_URL!)
  const release = await takeServingLock(database)
  const health = createHttpServer((_, response) => response.end('{"alive":true}'))
  await new Promise<void>((listening) => health.listen(Number(site.settings.PORT), '127.0.0.1', listening))
  onTestFinished(async () => {
    health.close()
    await release()
    await database.close()
  })

  const found = await site.examine()

  expect(found.filter(({ level }) => level !== 'ok')).toEqual([])
  expect(found.find(({ check }) => check === 'serving')?.says).toBe('a Waybill serves this database')
  expect(found.find(({ check }) => check === 'port')?.says).toContain('a Waybill answers on port')
})

test('looking creates no database', async () => {
  const site = await healthySite('sqlite')
  const folder = join(site.folder, 'data')
  site.settings.DATABASE_URL = `sqlite:${join(folder, 'waybill.db')}`

  await site.examine()

  expect(existsSync(folder)).toBe(false)
})

const fits =
  (wanted: string | RegExp) =>
  (said: string): boolean =>
    typeof wanted === 'string' ? said.includes(wanted) : wanted.test(said)

function sql({ DATABASE_URL }: Record<string, string>, statement: string): undefined {
  const database = new BetterSqlite(DATABASE_URL)
  database.exec(statement)
  database.close()
  return undefined
}

async function takePort({ settings }: Site): Promise<undefined> {
  const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'))
  await new Promise<void>((listening) => server.listen(Number(settings.PORT), '127.0.0.1', listening))
  onTestFinished(() => void server.close())
}

/** Writes nonsense over the middle of the file, as a bad disk does. */
function overwrite({ settings }: Site): undefined {
  const file = openSync(settings.DATABASE_URL!, 'r+')
  const { size } = fstatSync(file)
  writeSync(file, Buffer.alloc(size / 2, 0xab), 0, size / 2, size / 4)
  closeSync(file)
  return undefined
}
