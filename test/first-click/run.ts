import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { openBrowser } from '../browser/chromium.ts'

/**
 * A newcomer's first minutes: `git clone`, `npm ci`, `npm run demo`, and the first click on a card in a browser. Done in a new
 * folder, once with an empty npm cache and once with the cache the first time filled.
 */
const { values } = parseArgs({
  options: {
    repository: { type: 'string', default: resolve(import.meta.dirname, '../..') },
    json: { type: 'boolean', default: false },
  },
})

interface Walk {
  readonly cache: 'cold' | 'warm'
  readonly cloneS: number
  readonly installS: number
  /** From `npm run demo` to a card in the browser. */
  readonly cardS: number
  /** From the click to the card that says so. */
  readonly clickS: number
  readonly totalS: number
}

const LIMIT_MS = 10 * 60_000
const seconds = (ms: number): number => Math.round(ms / 100) / 10
const say = (line: string) => void process.stderr.write(`${line}\n`)
const home = mkdtempSync(join(tmpdir(), 'waybill-first-click-'))
const npmCache = join(home, 'npm-cache')
const running = new Set<ChildProcess>()

try {
  const walks = [await walk('cold'), await walk('warm')]
  if (values.json) process.stdout.write(`${JSON.stringify(walks)}\n`)
  else
    for (const { cache, cloneS, installS, cardS, clickS, totalS } of walks)
      process.stdout.write(
        `npm cache ${cache}: clone ${cloneS} s, npm ci ${installS} s, demo to first card ${cardS} s, ` +
          `click to accepted ${clickS} s; from git clone to the first click ${totalS} s\n`,
      )
} finally {
  for (const child of running) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  rmSync(home, { recursive: true, force: true })
}

async function walk(cache: Walk['cache']): Promise<Walk> {
  const folder = join(home, cache)
  const begun = performance.now()
  await run('git', ['clone', '--quiet', values.repository, folder], home)
  const cloned = performance.now()
  await run('npm', ['ci', '--no-audit', '--no-fund', '--cache', npmCache], folder)
  const installed = performance.now()

  const demo = start('npm', ['run', 'demo', '--', '--no-open', '--port', '0'], folder)
  try {
    const url = await addressOf(demo)
    say(`${cache}: the page is at ${url}`)
    const { cardAt, clickedAt, doneAt } = await firstClick(url)
    return {
      cache,
      cloneS: seconds(cloned - begun),
      installS: seconds(installed - cloned),
      cardS: seconds(cardAt - installed),
      clickS: seconds(doneAt - clickedAt),
      totalS: seconds(clickedAt - begun),
    }
  } finally {
    await end(demo)
  }
}

/** As whoever one is at first: the newest card's Accept, and the words that say it was accepted. */
async function firstClick(
  url: string,
): Promise<{ readonly cardAt: number; readonly clickedAt: number; readonly doneAt: number }> {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(url)
    const accept = page.getByRole('button', { name: 'Accept', exact: true }).first()
    await accept.waitFor()
    const cardAt = performance.now()
    await accept.click()
    const clickedAt = performance.now()
    await page
      .getByRole('main')
      .getByText(/ is on it\./)
      .first()
      .waitFor()
    return { cardAt, clickedAt, doneAt: performance.now() }
  } finally {
    await browser.close()
  }
}

function start(command: string, args: readonly string[], cwd: string): ChildProcess {
  // A group of its own, so that what npm starts ends with it.
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk))
  return child
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  say(`$ ${command} ${args.join(' ')}`)
  const child = start(command, args, cwd)
  child.stdout?.resume()
  const code = await new Promise<number | null>((done) => child.once('exit', done))
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}.`)
}

function addressOf(demo: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error('The demo did not say where its page is.')), LIMIT_MS)
    demo.once('exit', (code) => failed(new Error(`The demo ended with ${code} before it said where its page is.`)))
    createInterface({ input: demo.stdout! }).on('line', (line) => {
      say(line)
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
      if (!url) return
      clearTimeout(timer)
      found(url)
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const gone = new Promise((done) => child.once('exit', done))
  process.kill(-child.pid, 'SIGINT')
  await gone
}
