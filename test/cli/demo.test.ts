import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hasDesktop } from '../../src/cli/demo.ts'
import { type DemoFlags, unheeded } from '../../src/cli/demo-flags.ts'
import { type Program, startProgram } from '../support/program.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')

function startDemo(...args: readonly string[]): Program {
  return startProgram([CLI, 'demo', '--no-open', ...args], {
    DATABASE_URL: 'postgres://waybill@127.0.0.1:9/nowhere',
    SLACK_BOT_TOKEN: 'not a token',
  })
}

const isThere = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

test('the page comes up on the next free port, the stream begins with it, and Ctrl-C ends everything', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const demo = startDemo('--port', String(port), '--tickets', '4', '--speed', '600')
  await vi.waitFor(() => expect(demo.stdout()).toContain('The playground is at'), { timeout: 60_000 })
  const url = /at (http:\S+)/.exec(demo.stdout())?.[1] ?? ''

  expect(demo.stderr()).toContain(`Port ${port} is taken, so the page is on `)
  expect(await isThere(url)).toBe(true)
  const heard: number[] = []
  await listening(url, (sent) => heard.push(sent))
  expect(heard[0]).toBe(3)
  expect(heard.at(-1)).toBe(4)
  process.kill(demo.pid, 'SIGINT')

  expect(await demo.ended, demo.stderr()).toBe(0)
  expect(await isThere(url)).toBe(false)
}, 90_000)

/** Opens the page's stream and tells how many tickets were sent, until it is the fourth. */
async function listening(url: string, tell: (sent: number) => void): Promise<void> {
  const leaving = new AbortController()
  const { body } = await fetch(`${url}/api/stream`, { signal: leaving.signal })
  let text = ''
  for await (const piece of (body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
    text += piece
    const counts = [...text.matchAll(/"sent":(\d+)/g)].map(([, sent]) => Number(sent))
    if (!counts.includes(4)) continue
    for (const sent of counts) tell(sent)
    break
  }
  leaving.abort()
}

test('a data set with nothing to play is refused before anything starts', async () => {
  const demo = startDemo('--data', 'none.csv')

  expect(await demo.ended).toBe(2)
  expect(demo.stderr()).toContain('There is no file none.csv.')
})

test.each([
  [['--headless', '--data', 'set.csv', '--speed', '60'], '--data, --speed do not go with --headless, which plays'],
  [['--terminal', '--people'], '--people does not go with --terminal, which plays'],
  [['--terminal', '--keep', 'there'], '--keep does not go with --terminal, which plays'],
  [['--headless', '--scene', 'storm', '--data', 'set.csv'], '--data does not go with --headless --scene, which plays'],
  [['--headless', '--scene', 'storm', '--tickets', '5'], '--tickets does not go with --headless --scene'],
  [['--headless', '--scene', 'storm', '--speed', '5', '--people'], '--speed, --people do not go with'],
  [['--pace', '100', '--json'], '--pace, --json do not go with the page; it needs --headless or --terminal.'],
  [['--headless', '--terminal'], 'Choose one of --headless and --terminal.'],
])('options that would not be heeded are refused: %j', (args, words) => {
  expect(unheeded(flagsOf(args))).toContain(words)
})

test.each([
  [['--terminal', '--no-model', '--tickets', '5', '--pace', '0']],
  [['--headless', '--scene', 'storm', '--keep', 'there', '--no-model']],
  [['--data', 'set.csv', '--tickets', '5', '--speed', '60', '--people', '--keep', 'there', '--scene', 'storm']],
])('options that count together are heeded: %j', (args) => {
  expect(unheeded(flagsOf(args))).toBeUndefined()
})

test('a refused option ends it before anything starts', async () => {
  const demo = startDemo('--headless', '--data', 'set.csv')

  expect(await demo.ended).toBe(2)
  expect(demo.stderr()).toContain('--data does not go with --headless')
  expect(demo.stdout()).toBe('')
})

test('without a page, too, no model is asked when none is wanted', async () => {
  const demo = startProgram([CLI, 'demo', '--headless', '--tickets', '1', '--exit', '--no-model'], {
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  })

  expect(await demo.ended, demo.stderr()).toBe(0)
  expect(demo.stdout()).toContain('Nothing leaves this machine.')
}, 60_000)

function flagsOf(args: readonly string[]): DemoFlags {
  const value = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  const number = (name: string) => (args.includes(name) ? Number(value(name)) : undefined)
  return {
    headless: args.includes('--headless'),
    terminal: args.includes('--terminal'),
    exit: false,
    json: args.includes('--json'),
    port: 0,
    people: args.includes('--people'),
    model: !args.includes('--no-model'),
    open: false,
    scene: value('--scene'),
    data: value('--data'),
    keep: value('--keep'),
    tickets: number('--tickets'),
    speed: number('--speed'),
    pace: number('--pace'),
  }
}

test.each([
  ['a Mac', {}, 'darwin', true, true],
  ['a Linux desktop', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true, true],
  ['a server', {}, 'linux', true, false],
  ['a connection from elsewhere', { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1' }, 'linux', true, false],
  ['a pipe', { DISPLAY: ':0' }, 'linux', false, false],
] as const)('a browser is opened only where somebody sees it: %s', (_, environment, platform, isTerminal, opens) => {
  expect(hasDesktop(environment, { platform, isTerminal })).toBe(opens)
})
