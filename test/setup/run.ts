/**
 * `waybill init` as people meet it: at a terminal, against our own Slack, with wrong answers first. Prints what was asked,
 * what was answered, what came of it and what was written; ends with 1 when anything differs from what is promised.
 *
 *   npm run setup-drill            -- --screen also shows the terminal, stroke by stroke
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { manifestScopes } from '../../src/cli/doctor/manifest.ts'
import { slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { TOWN } from '../cli/init/town.ts'
import { KEYS, type PseudoTerminal, pseudoTerminal } from './pseudo-terminal.ts'

const OVERALL_MS = 300_000
const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs')
const { enter, up, down, interrupt, endOfInput } = KEYS
const BOT = TOWN.botToken ?? ''
const APP = TOWN.appToken ?? ''
const WRONG_BOT = 'xoxb-0987654321-of-somebody-else'
const WRONG_APP = 'xapp-1-A0OTHER-of-somebody-else'
const SECRETS = {
  'the bot token': BOT,
  'the app token': APP,
  'the wrong bot token': WRONG_BOT,
  'the wrong app token': WRONG_APP,
}

const say = (line: string) => void process.stdout.write(`${line}\n`)
const checks: { readonly what: string; readonly holds: boolean; readonly because: string }[] = []
function check(what: string, holds: boolean, because = ''): void {
  checks.push({ what, holds, because })
}

const scopes = (await manifestScopes()).filter((scope) => scope !== 'im:write')
const slack = await slackWorkspace({ ...TOWN, scopes })
const folder = mkdtempSync(join(tmpdir(), 'waybill-drill-'))
const envFile = join(folder, '.env')
const terminals: PseudoTerminal[] = []
const startedAt = performance.now()
const overall = setTimeout(() => void end(new Error(`The drill took longer than ${OVERALL_MS / 1000} s.`)), OVERALL_MS)

/** One question, the keys that answer it, and what must be said next. */
interface Exchange {
  readonly asked: string
  readonly typed: string
  /** How it is written down; the keys themselves when left out. */
  readonly shown?: string
  readonly next?: string
}

function startInit(): PseudoTerminal {
  const terminal = pseudoTerminal([process.execPath, LAUNCHER, 'cli', 'init'], {
    folder,
    environment: { SLACK_API_URL: slack.app.slackApiUrl, PORT: '0' },
  })
  terminals.push(terminal)
  return terminal
}

async function converse(terminal: PseudoTerminal, exchanges: readonly Exchange[]): Promise<void> {
  for (const { asked, typed, shown, next } of exchanges) {
    await terminal.sees(asked)
    say(`  ? ${asked}`)
    say(`    > ${shown ?? named(typed)}`)
    terminal.type(typed)
    if (next === undefined) continue
    await terminal.sees(next, 60_000)
    say(`    ${next}`)
    check(`answers ${shown ?? named(typed)} with "${next}"`, true)
  }
}

const named = (keys: string): string =>
  Object.entries(KEYS)
    .reduce((rest, [name, key]) => rest.replaceAll(key, name === 'space' ? ' ' : ` <${name}>`), keys)
    .trim()

const secret = (value: string): Pick<Exchange, 'typed' | 'shown'> => ({
  typed: `${value}${enter}`,
  shown: `${value.slice(0, 5)}… (${value.length} characters) <enter>`,
})

async function firstRun(): Promise<void> {
  say('\nFirst run: a wrong token, a missing scope, and somebody who leaves')
  const terminal = startInit()
  await terminal.sees('https://api.slack.com/apps?new_app=1&manifest_yaml=')
  await converse(terminal, [
    { asked: 'Bot token', ...secret(WRONG_BOT), next: 'no such token (invalid_auth)' },
    { asked: 'Bot token', ...secret(BOT), next: 'lacks scopes: im:write' },
  ])
  scopes.push('im:write')
  say('    (the app is reinstalled with the scope)')
  await converse(terminal, [
    { asked: 'And now?', typed: enter, next: 'bot token: workspace northwind, bot @waybill' },
    { asked: 'How shall clicks reach Waybill?', typed: `${down}${up}${enter}` },
    { asked: 'App-level token', typed: interrupt, next: 'You left. Kept: the bot token.' },
  ])
  const code = await terminal.ended
  check('Ctrl-C ends it with 130', code === 130, `it ended with ${code}`)
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN } = parseEnv(readFileSync(envFile, 'utf8'))
  check('the bot token is kept', SLACK_BOT_TOKEN === BOT)
  check('nothing half-done is kept', SLACK_APP_TOKEN === '')
}

async function leaving(): Promise<void> {
  say('\nPeople who leave before anything can be kept')
  const WRONG = { asked: 'Bot token', ...secret(WRONG_BOT), next: 'no such token (invalid_auth)' }
  const TOO_NEW = { asked: 'Bot token', ...secret(BOT), next: 'lacks scopes: im:write' }
  const next = 'You left. Nothing was written.'
  const ways: Readonly<Record<string, readonly Exchange[]>> = {
    'Ctrl-D at the token': [{ asked: 'Bot token', typed: endOfInput, next }],
    'Ctrl-D at the token after a wrong one': [WRONG, { asked: 'Bot token', typed: endOfInput, next }],
    'Ctrl-D at "And now?"': [TOO_NEW, { asked: 'And now?', typed: endOfInput, next }],
    'Ctrl-C at "And now?"': [TOO_NEW, { asked: 'And now?', typed: interrupt, next }],
    '"Leave" at "And now?"': [TOO_NEW, { asked: 'Leave; I will go on later', typed: `${up}${enter}`, next }],
  }
  for (const [way, exchanges] of Object.entries(ways)) {
    const terminal = startInit()
    await converse(terminal, exchanges)
    const code = await terminal.ended
    check(`${way} ends it with 130`, code === 130, `it ended with ${code}`)
    const [hidden, shown] = ['\u001b[?25l', '\u001b[?25h'].map((sign) => terminal.raw().lastIndexOf(sign))
    check(`${way} gives the cursor back`, hidden !== -1 && shown! > hidden!)
    check(`${way} writes nothing`, !existsSync(envFile))
  }
}

async function secondRun(): Promise<void> {
  say('\nSecond run: goes on, with a wrong app token, wrong channels, and then right')
  const terminal = startInit()
  await terminal.sees('bot token: workspace northwind, bot @waybill')
  say('    bot token: workspace northwind, bot @waybill (not asked again)')
  await converse(terminal, [
    { asked: 'How shall clicks reach Waybill?', typed: enter },
    { asked: 'App-level token', ...secret(WRONG_APP), next: 'does not take this app-level token' },
    { asked: 'App-level token', ...secret(APP), next: 'app token: Socket Mode opens' },
    { asked: 'Where shall tickets be kept?', typed: enter },
    { asked: 'Which file?', typed: enter, next: 'database: SQLite at' },
    { asked: 'Name of the team', typed: `Customer care${enter}` },
    { asked: 'Channel where its cards appear', typed: `#suport${enter}`, next: 'There is no channel #suport' },
    { asked: 'Channel where its cards appear', typed: `old${enter}`, next: '#old is archived' },
    { asked: 'Channel where its cards appear', typed: `#support${enter}`, next: 'Write there: /invite @waybill' },
  ])
  slack.invite('waybill', 'support')
  say('    (somebody writes /invite @waybill in #support)')
  await converse(terminal, [
    { asked: 'And now?', typed: enter, next: '#support: @waybill is in it' },
    { asked: 'Channel for what cannot be decided', typed: `C0TRIAGE${enter}`, next: '#triage: @waybill is in it' },
    { asked: 'Who are you in Slack?', typed: `gone@northwind.example${enter}`, next: 'Nobody in this workspace' },
    {
      asked: 'Who are you in Slack?',
      typed: `grace@northwind.example${enter}`,
      next: 'Grace Hopper, America/New_York',
    },
    { asked: 'What does Grace Hopper answer?', typed: enter },
    { asked: 'When may tickets be offered to Grace Hopper?', typed: `${down}${enter}` },
    { asked: 'Add somebody else?', typed: enter, next: 'Policy v1: 8 topics, 1 teams, 1 people' },
    { asked: 'Use a language model', typed: enter },
    { asked: 'Post a test ticket', typed: enter, next: 'its card is in #support' },
  ])
  await terminal.sees('npm start', 60_000)
  const code = await terminal.ended
  check('it ends with 0', code === 0, `it ended with ${code}`)
}

function lookAtWhatWasWritten(): void {
  const text = readFileSync(envFile, 'utf8')
  const written = parseEnv(text)
  const mode = statSync(envFile).mode & 0o777
  say('\nWritten')
  for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'DATABASE_URL'])
    say(
      `  .env ${name}=${name.endsWith('TOKEN') ? `${written[name]?.slice(0, 5)}… (${written[name]?.length} characters)` : written[name]}`,
    )
  say(`  .env mode 0${mode.toString(8)}; ${text.split('\n').length} lines, comments of .env.example kept`)
  const policy = readFileSync(join(folder, 'policy.yml'), 'utf8')
  for (const line of policy.split('\n').filter((each) => /^ {4}(channel|slack|hours):|^ {2}channel:/.test(each)))
    say(`  policy.yml ${line.trim()}`)

  check('.env may be read by its owner only', mode === 0o600, `mode 0${mode.toString(8)}`)
  check(
    '.env holds both tokens and the database',
    written.SLACK_BOT_TOKEN === BOT &&
      written.SLACK_APP_TOKEN === APP &&
      written.DATABASE_URL === 'sqlite:./data/waybill.db',
  )
  check(
    'every setting stands once',
    ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'DATABASE_URL'].every(
      (name) => text.match(new RegExp(`^${name}=`, 'gm'))?.length === 1,
    ),
  )
  check('the comments of .env.example are kept', text.includes('# Bot token: OAuth & Permissions page'))
  check(
    'the policy names the channel, triage and the person',
    ['channel: C0SUPPORT', 'channel: C0TRIAGE', 'slack: U0GRACE', 'hours: always'].every((line) =>
      policy.includes(line),
    ),
  )

  const [card, ...others] = slack.ledger.visible('C0SUPPORT')
  const link = `https://northwind.slack.com/archives/C0SUPPORT/p${card?.ts.replace('.', '')}`
  say(`  card in #support: ${card?.text.split('\n')[0]}`)
  check('one card stands in #support', card !== undefined && others.length === 0)
  check('the card is that of the test ticket', card?.text.includes('Test ticket') ?? false, card?.text)
  check('its link was shown', terminals.at(-1)?.text().replaceAll(/\s/g, '').includes(link) ?? false, link)

  for (const [name, value] of Object.entries(SECRETS))
    check(
      `${name} never stood on the screen`,
      terminals.every(
        (terminal) => !terminal.raw().includes(value) && !terminal.text().replaceAll(/\s/g, '').includes(value),
      ),
    )
}

async function end(error?: unknown): Promise<never> {
  clearTimeout(overall)
  for (const terminal of terminals) await terminal.close()
  await slack.close()
  rmSync(folder, { recursive: true, force: true })
  if (process.argv.includes('--screen')) for (const terminal of terminals) say(terminal.text())
  if (error)
    check('the drill comes to its end', false, error instanceof Error ? error.message : 'something else was thrown')

  const failed = checks.filter(({ holds }) => !holds)
  say('')
  for (const { what, holds, because } of checks)
    say(`${holds ? '✓' : '✗'} ${what}${holds || !because ? '' : `: ${because}`}`)
  say(
    `\nSetup drill: ${checks.length - failed.length} passed, ${failed.length} failed, ${Math.round((performance.now() - startedAt) / 1000)} s.`,
  )
  process.exit(failed.length > 0 ? 1 : 0)
}

try {
  await leaving()
  await firstRun()
  await secondRun()
  lookAtWhatWasWritten()
  await end()
} catch (error) {
  await end(error)
}
