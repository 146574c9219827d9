import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startProgram } from './support/program.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const SLACK = {
  SLACK_BOT_TOKEN: 'xoxb-test',
  SLACK_SIGNING_SECRET: 'a-signing-secret-for-tests-only',
  SLACK_API_URL: 'http://127.0.0.1:9/',
}

test('says that there is no policy yet, and how to import one', async () => {
  const main = startProgram([MAIN], { ...SLACK, PORT: '0' })

  await vi.waitFor(() => expect(main.stderr()).toContain('There is no policy yet'), { timeout: 20_000 })
  expect(main.stderr()).toContain('npm run waybill -- policy import')
})

test('a port that is taken is one clear line, and the end', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo

  const main = startProgram([MAIN], { ...SLACK, PORT: String(port) })

  expect(await main.ended).toBe(1)
  expect(main.stderr()).toBe(
    `Port ${port} is taken on 127.0.0.1 by another program. Stop that one, or set PORT to a free one.\n`,
  )
})
