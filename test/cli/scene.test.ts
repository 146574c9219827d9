import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startProgram } from '../support/program.ts'

const CLI = join(import.meta.dirname, '../../src/cli.ts')
const scene = (...args: readonly string[]) =>
  startProgram([CLI, 'demo', '--headless', '--no-model', '--scene', ...args])

test('a scene without a page is told line by line, and the exit code says whether it came true', async () => {
  const one = scene('double-claim')
  expect(await one.ended, one.stderr()).toBe(0)
  expect(one.stdout()).toMatch(/^Two people, one card\. .*\n(?:[·✓] .*\n){4}It came true\.\n$/)

  const other = scene('model-down')
  expect(await other.ended, other.stderr()).toBe(1)
  expect(other.stdout()).toContain('It did not come true: This bot asks no language model, so none can die.')
}, 60_000)

test('a scene that does not exist is answered with those that do', async () => {
  const none = scene('hurricane')

  expect(await none.ended).toBe(2)
  expect(none.stderr()).toContain('There is no scene "hurricane"; there are: night-p1, double-claim, ')
})
