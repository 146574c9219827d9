import { accessSync, constants, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { type App, buildApp, Settings } from './app.ts'
import { importAccounts } from './cli/accounts.ts'
import { backUp, restore } from './cli/backup.ts'
import { exitCodeOf } from './cli/exit-code.ts'
import { ingestFiles } from './cli/ingest.ts'
import { listJobs, requeueJob } from './cli/jobs.ts'
import { forgetLesson, listLessons } from './cli/learn.ts'
import { openAtWork, openThrowaway } from './cli/open-app.ts'
import { terminal } from './cli/output.ts'
import { importPolicy, showPolicy } from './cli/policy.ts'
import { explainTicket } from './cli/why.ts'
import { readSettings } from './config.ts'
import { systemClock } from './lib/clock.ts'

// A file nobody may read is for `doctor` to explain.
if (existsSync('.env') && !(process.argv[2] === 'doctor' && !isReadable('.env'))) process.loadEnvFile('.env')

const settings = () => readSettings({ LOG_LEVEL: 'warn', ...process.env }, Settings)

/** The demo has a database and a Slack of its own; of the settings it takes how much to log, and the language model. */
const demoSettings = () => {
  const taken = Object.entries(process.env).filter(([name]) => name === 'LOG_LEVEL' || name.startsWith('OPENAI_'))
  return readSettings({ LOG_LEVEL: 'warn', ...Object.fromEntries(taken) }, Settings)
}

/** Opens the configured database beside a running Waybill, and closes it whatever happens. */
async function withApp<Result>(use: (app: App) => Promise<Result>): Promise<Result> {
  const app = await buildApp(settings())
  try {
    return await use(app)
  } finally {
    await app.stop()
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give a whole number')
  return Number(text)
}

const program = new Command('waybill')
  .description('The support-ticket router that lives in Slack.')
  .showHelpAfterError()

program
  .command('demo')
  .description('Waybill at work with our own Slack, a team of eight and a stream of tickets; no account needed')
  .option('--port <n>', 'of the page; the next free one when it is taken', wholeNumber, 4000)
  .option(
    '--scene <name>',
    'a scene to begin with; with --headless it is told here, and the exit code says whether it came true',
  )
  .option('--data <file>', 'tickets from a data set: JSON lines, JSON, CSV or TSV')
  .option('--tickets <n>', 'how many tickets', wholeNumber)
  .option('--speed <n>', 'tickets a minute', wholeNumber)
  .option('--people', 'the people of the town click by themselves', false)
  .option('--keep <folder>', 'a folder to go on with; a temporary one when left out')
  .option('--no-model', 'no language model, not even its stand-in')
  .option('--no-open', 'open no browser')
  .option('--terminal', 'cards in this terminal and no page', false)
  .option('--headless', 'one line per ticket, no pause and no page', false)
  .option('--pace <ms>', 'with --terminal: pause between tickets in milliseconds', wholeNumber)
  .option('--exit', 'end after the last ticket', false)
  .option('--json', 'with --headless: the report as one line of JSON at the end', false)
  .action(async (flags) => {
    const { demo, hasDesktop } = await import('./cli/demo.ts')
    const surroundings = { platform: process.platform, isTerminal: process.stdout.isTTY }
    await demo(flags, {
      settings: demoSettings(),
      output: terminal,
      hasDesktop: hasDesktop(process.env, surroundings),
    })
  })

program
  .command('init')
  .description('set Waybill up in your Slack workspace: asks for what is missing, checks every answer, writes .env')
  .action(async () => {
    const { init } = await import('./cli/init/init.ts')
    process.exitCode = await init(process.env)
  })

program
  .command('doctor')
  .description('what is set up and what is not, each with what to do; changes nothing')
  .option('--json', 'an array of { check, ok, level, says, fix }', false)
  .action(async (options) => {
    const { doctor } = await import('./cli/doctor/doctor.ts')
    process.exitCode = await doctor(options, process.env, terminal)
  })

program
  .command('ingest')
  .description('read mails (.eml, .mbox), folders of them or .jsonl; - reads standard input')
  .argument('<paths...>')
  .option('--json', 'one line of JSON per mail', false)
  .option('--dry-run', 'decide in a throw-away database and post nothing', false)
  .action(async (paths: string[], options) => {
    process.exitCode = await ingestFiles(paths, options, {
      openApp: ({ dryRun }) => (dryRun ? openThrowaway(settings()) : openAtWork(settings(), terminal)),
      clock: systemClock,
      output: terminal,
      screen: process.stderr,
      stdin: process.stdin,
    })
  })

program
  .command('why')
  .description('why a ticket is where it is')
  .argument('<number>')
  .option('--json', 'ticket and events as JSON', false)
  .action((number: string, options) => withApp((app) => explainTicket(app, number, options, terminal)))

const policy = program.command('policy').description('teams, people, matrix, rules')
policy
  .command('import')
  .argument('<file>')
  .option('--reason <text>', 'why, for the history', 'imported from a file')
  .action((file: string, { reason }) =>
    withApp(async (app) =>
      importPolicy(app, await readFile(file, 'utf8'), { author: userInfo().username, reason }, terminal),
    ),
  )
policy.command('show').action(() => withApp(({ policies }) => showPolicy(policies, terminal)))

program
  .command('accounts')
  .description('customers and the companies they belong to')
  .command('import')
  .argument('<csv>')
  .action((file: string) =>
    withApp(async ({ accounts }) => {
      const saved = await importAccounts(await readFile(file, 'utf8'), accounts)
      terminal.out(`${saved.accounts} accounts, ${saved.customers} customers.`)
    }),
  )

const learn = program.command('learn').description('what clicks taught')
learn
  .command('list')
  .option('--limit <n>', 'how many', wholeNumber, 50)
  .option('--json', 'one line of JSON per lesson', false)
  .action((options) => withApp((app) => listLessons(app, options, terminal)))
learn
  .command('forget')
  .argument('<event>', 'ticket/version, as `learn list` shows it')
  .action((event: string) => withApp((app) => forgetLesson(app, event, userInfo().username, terminal)))

const jobs = program.command('jobs').description('work that waits or failed')
jobs
  .command('list', { isDefault: true })
  .option('--json', 'as JSON', false)
  .action((options) => withApp((app) => listJobs(app, options, terminal)))
jobs
  .command('requeue')
  .argument('<id>')
  .action((id: string) => withApp(({ queue }) => requeueJob(queue, id, terminal)))

const safeKeeping = () => {
  const { DATABASE_URL: url, WORKSPACE: workspace } = settings()
  return { url, workspace, now: () => systemClock.now(), output: terminal, screen: process.stderr }
}
program
  .command('backup')
  .description('everything that counts into one file, while Waybill goes on serving')
  .argument('<file>')
  .option('--force', 'overwrite the file', false)
  .option('--json', 'what was written, as one line of JSON', false)
  .action((file: string, options) => backUp(file, options, safeKeeping()))
program
  .command('restore')
  .description('put a backup in the place of the configured database, all or nothing; no Waybill may serve it')
  .argument('<file>')
  .option('--replace', 'keep what is there under another name instead of refusing', false)
  .option('--json', 'what was restored, as one line of JSON', false)
  .action((file: string, options) => restore(file, options, safeKeeping()))

try {
  await program.parseAsync()
} catch (error) {
  const exitCode = error instanceof Error ? exitCodeOf(error) : undefined
  if (exitCode === undefined) throw error
  terminal.err((error as Error).message)
  process.exitCode = exitCode
}
