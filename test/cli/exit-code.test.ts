import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { exitCodeOf } from '../../src/cli/exit-code.ts'
import { ConfigError, RejectedError, UnavailableError } from '../../src/errors.ts'

test.each([
  ['a setting that is wrong', new ConfigError('PORT: must be a number'), 2],
  ['what is refused', new RejectedError('There is no ticket 7.'), 2],
  ['what does not answer now', new UnavailableError('The database is locked.'), 1],
  ['a bug', new TypeError('x is undefined'), undefined],
])('%s ends a command with the exit code it deserves', (_, error, exitCode) => {
  expect(exitCodeOf(error)).toBe(exitCode)
})

test('so does a file that is not there', async () => {
  const failure: unknown = await readFile('/nowhere/policy.yml').catch((error: unknown) => error)

  expect(failure instanceof Error && exitCodeOf(failure)).toBe(2)
})
