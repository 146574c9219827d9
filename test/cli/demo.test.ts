import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hasDesktop } from '../../src/cli/demo.ts'
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

test('the page comes up on the next free port, and Ctrl-C ends everything', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const demo = startDemo('--port', String(port), '--tickets', '4')
  await vi.waitFor(() => expect(demo.stdout()).toContain('The playground is at'), { timeout: 60_000 })
  const url = /at (http:\S+)/.exec(demo.stdout())?.[1] ?? ''

  expect(demo.stderr()).toContain(`Port ${port} is taken, so the page is on `)
  expect(await isThere(url)).toBe(true)
  process.kill(demo.pid, 'SIGINT')

  expect(await demo.ended, demo.stderr()).toBe(0)
  expect(await isThere(url)).toBe(false)
}, 90_000)

test('a data set with nothing to play is refused before anything starts', async () => {
  const demo = startDemo('--data', 'none.csv')

  expect(await demo.ended).toBe(2)
  expect(demo.stderr()).toContain('There is no file none.csv.')
})

test.each([
  ['a Mac', {}, 'darwin', true, true],
  ['a Linux desktop', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true, true],
  ['a server', {}, 'linux', true, false],
  ['a connection from elsewhere', { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1' }, 'linux', true, false],
  ['a pipe', { DISPLAY: ':0' }, 'linux', false, false],
] as const)('a browser is opened only where somebody sees it: %s', (_, environment, platform, isTerminal, opens) => {
  expect(hasDesktop(environment, { platform, isTerminal })).toBe(opens)
})
