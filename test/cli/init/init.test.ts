import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { parseEnv } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { manifestScopes } from '../../../src/cli/doctor/manifest.ts'
import { init } from '../../../src/cli/init/init.ts'
import type { WorkspaceOptions } from '../../../src/playground/workspace/contract.ts'
import { slackWorkspace } from '../../../src/playground/workspace/workspace.ts'
import { freshLocation } from '../../support/databases.ts'
import { fakeOpenAi } from '../../support/fake-openai.ts'
import { SIGNING_SECRET, TOWN } from './town.ts'

/** Runs `init` without a terminal. An answer that is a function happens between two questions, and answers what it returns. */
async function place(options: Partial<WorkspaceOptions> = {}) {
  const slack = await slackWorkspace({ ...TOWN, ...options })
  const folder = mkdtempSync(join(tmpdir(), 'waybill-init-'))
  onTestFinished(async () => {
    await slack.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const env = join(folder, '.env')
  return {
    slack,
    folder,
    env,
    settings: () => parseEnv(readFileSync(env, 'utf8')),
    async run(answers: readonly (string | (() => string))[], environment: Record<string, string> = {}) {
      let said = ''
      const stdout = new Writable({
        write(chunk: Buffer, _, done) {
          said += chunk.toString()
          done()
        },
      })
      async function* lines() {
        const questions = () => said.split('\n').filter((line) => line.startsWith('? ')).length
        for (const [index, answer] of answers.entries()) {
          await vi.waitFor(() => expect(questions()).toBeGreaterThan(index), { timeout: 60_000, interval: 5 })
          yield `${typeof answer === 'string' ? answer : answer()}\n`
        }
      }
      const given = { ...environment, SLACK_API_URL: slack.app.slackApiUrl, PORT: environment.PORT ?? '0' }
      const code = await init(given, { stdin: Readable.from(lines()), stdout }, folder)
      return { code, said }
    },
  }
}

/** From nothing to a card, with nothing answered wrongly. */
const everything = (database: string, invite: () => string): readonly (string | (() => string))[] => [
  TOWN.botToken!,
  'socket',
  TOWN.appToken!,
  'sqlite',
  database,
  'Support',
  '#support',
  invite,
  '#triage',
  'grace@northwind.example',
  '1 2 3',
  'always',
  'n',
  'n',
  'y',
]

test('from nothing to a card in the channel', async () => {
  const { slack, env, folder, run, settings } = await place()
  const invite = () => {
    slack.invite('waybill', 'support')
    return 'again'
  }

  const { code, said } = await run(everything(join(folder, 'waybill.db'), invite))

  expect(code, said).toBe(0)
  expect(statSync(env).mode & 0o777).toBe(0o600)
  expect(settings()).toMatchObject({
    SLACK_BOT_TOKEN: TOWN.botToken,
    SLACK_APP_TOKEN: TOWN.appToken,
    DATABASE_URL: `sqlite:${join(folder, 'waybill.db')}`,
  })
  expect(said).not.toContain(TOWN.botToken)
  expect(said).not.toContain(TOWN.appToken)
  expect(said).toContain('/invite @waybill')
  expect(said).toContain('https://api.slack.com/apps?new_app=1&manifest_yaml=')
  expect(said).toContain('everything looked over')
  const [card] = slack.ledger.visible('C0SUPPORT')
  expect(card?.text).toContain('Test ticket')
  expect(said).toContain(`https://northwind.slack.com/archives/C0SUPPORT/p${card?.ts.replace('.', '')}`)
})

test('what is there already is not asked again, and the test ticket comes once', async () => {
  const { slack, folder, run, settings } = await place()
  const invite = () => {
    slack.invite('waybill', 'support')
    return 'again'
  }
  await run(everything(join(folder, 'waybill.db'), invite))

  const { code, said } = await run(['n', 'y'], settings() as Record<string, string>)

  expect(code, said).toBe(0)
  expect(said).toContain('✓ bot token: workspace northwind, bot @waybill')
  expect(said).toContain('✓ policy: imported before')
  expect(slack.ledger.visible('C0SUPPORT')).toHaveLength(1)
})

test('an installation that was left goes on where it ended', async () => {
  const { slack, env, folder, run, settings } = await place()
  const first = await run([TOWN.botToken!, 'socket'])

  expect(first.code).toBe(130)
  expect(first.said).toContain('Kept: the bot token. To go on: npm run waybill -- init')
  expect(settings().SLACK_BOT_TOKEN).toBe(TOWN.botToken)
  expect(settings().SLACK_APP_TOKEN).toBe('')

  const invite = () => {
    slack.invite('waybill', 'support')
    return 'again'
  }
  const rest = everything(join(folder, 'waybill.db'), invite).slice(1)
  const { code, said } = await run(rest, settings() as Record<string, string>)
  expect(code, said).toBe(0)
  expect(readFileSync(env, 'utf8').match(/^SLACK_BOT_TOKEN=/gm)).toHaveLength(1)
})

test('whoever leaves before anything was kept is told so', async () => {
  const scopes = (await manifestScopes()).filter((scope) => scope !== 'im:write')
  const { env, run } = await place({ scopes })

  for (const answers of [[], [TOWN.botToken!], [TOWN.botToken!, 'leave']]) {
    const { code, said } = await run(answers)

    expect(code, said).toBe(130)
    expect(said).toContain('Nothing was written. To go on: npm run waybill -- init')
    expect(said).not.toContain('Kept:')
    expect(existsSync(env)).toBe(false)
  }
})

test('every wrong answer is explained and asked again', async () => {
  const scopes = (await manifestScopes()).filter((scope) => scope !== 'im:write')
  const { slack, folder, run } = await place({ scopes })
  const reinstall = () => {
    scopes.push('im:write')
    return 'again'
  }
  const invite = () => {
    slack.invite('waybill', 'support')
    return 'again'
  }

  const { code, said } = await run([
    'nonsense',
    'xoxb-somebody-elses-token',
    TOWN.botToken!,
    reinstall,
    'socket',
    'xapp-somebody-elses-token',
    TOWN.appToken!,
    'sqlite',
    '/dev/null/waybill.db',
    'sqlite',
    join(folder, 'waybill.db'),
    '',
    '#suport',
    'C0OLD',
    '#support',
    'again',
    invite,
    '#triage',
    'gone@northwind.example',
    'U0GONE',
    'U0ALAN',
    '9 99',
    '4',
    'week',
    'n',
    'maybe',
    'n',
    'n',
  ])

  expect(code, said).toBe(0)
  for (const explained of [
    'must start with xoxb-',
    'no such token (invalid_auth)',
    'lacks scopes: im:write',
    'does not take this app-level token',
    'is not a folder',
    'There is no channel #suport',
    '#old is archived',
    '@waybill is not in #support',
    'Nobody in this workspace is gone@northwind.example',
    'Long Gone was deactivated',
    'Answer with numbers from 1 to 8',
    'Answer y or n',
  ])
    expect(said).toContain(explained)
  for (const secret of [TOWN.botToken!, TOWN.appToken!, 'somebody-elses-token']) expect(said).not.toContain(secret)
})

test('a policy file that lies there is imported, a faulty one is named', async () => {
  const { slack, folder, run, settings } = await place()
  const invite = () => {
    slack.invite('waybill', 'support')
    return 'again'
  }
  writeFileSync(join(folder, 'policy.yml'), 'topics: {}\n')
  const answers = everything(join(folder, 'waybill.db'), invite)

  const { code, said } = await run([...answers.slice(0, 5), 'y', ...answers.slice(5, -1), 'n'])

  expect(code, said).toBe(0)
  expect(said).toMatch(/line 1, column \d+: teams: is missing/)
  expect(readFileSync(join(folder, 'policy.yml'), 'utf8')).toContain('channel: C0SUPPORT')
  expect(settings().DATABASE_URL).toContain('waybill.db')
})

test('other settings that are wrong are named before anything is asked', async () => {
  const { run } = await place()

  await expect(run([], { PORT: 'http', LOG_LEVEL: 'loud' })).rejects.toThrow(/PORT: [\s\S]*LOG_LEVEL: /)
})

test('HTTP instead of Socket Mode, Postgres instead of a file, and a language model', async () => {
  const { slack, folder, run, settings } = await place()
  const model = await fakeOpenAi('401')
  onTestFinished(() => model.close())
  const database = await freshLocation('postgres')
  slack.invite('waybill', 'support')

  const { code, said } = await run([
    TOWN.botToken!,
    'http',
    'too short',
    SIGNING_SECRET,
    'postgres',
    'postgres://waybill:hunter2secret@127.0.0.1:9/none',
    'postgres',
    database,
    'Support',
    'https://northwind.slack.com/archives/C0SUPPORT',
    '',
    'U0GRACE',
    '',
    'week',
    'y',
    'alan@northwind.example',
    '1',
    'week',
    'n',
    'y',
    'other',
    model.baseUrl,
    'sk-a-key-of-the-test-0123456789',
    'gpt-test',
    () => {
      model.mode = 'ok'
      return 'other'
    },
    'other',
    model.baseUrl,
    'sk-a-key-of-the-test-0123456789',
    'gpt-test',
    'y',
  ])

  expect(code, said).toBe(0)
  expect(settings()).toMatchObject({
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_APP_TOKEN: '',
    DATABASE_URL: database,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: 'gpt-test',
  })
  for (const explained of [
    'is too short',
    '127.0.0.1:9/none cannot be used',
    'refuses OPENAI_API_KEY',
    '2 people',
    'its card is in #support',
  ])
    expect(said).toContain(explained)
  for (const secret of [SIGNING_SECRET, 'hunter2secret', 'sk-a-key-of-the-test', `:${new URL(database).password}@`])
    expect(said).not.toContain(secret)
  expect(readFileSync(join(folder, 'policy.yml'), 'utf8')).toContain('on-call: [grace-hopper, alan-turing]')
})

test('says when the environment wins over what was just written', async () => {
  const { run } = await place()

  const { said } = await run([TOWN.botToken!], { SLACK_BOT_TOKEN: 'xoxb-an-old-one-from-the-shell' })

  expect(said).toContain('SLACK_BOT_TOKEN is also set in your environment')
  expect(said).toContain('unset SLACK_BOT_TOKEN')
})

test('takes no secret where it would stand on the screen', async () => {
  const { slack, folder } = await place()
  const stdin = Object.assign(Readable.from([`${TOWN.botToken}\n`]), { isTTY: true })

  const running = init(
    { SLACK_API_URL: slack.app.slackApiUrl },
    { stdin, stdout: new Writable({ write: (_, __, done) => done() }) },
    folder,
  )

  await expect(running).rejects.toThrow('would stand on the screen')
})
