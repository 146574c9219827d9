import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { botChild } from '../../../src/playground/stage/bot-child.ts'
import { startChild } from '../../support/child.ts'
import { aFolder, isGone } from './support.ts'

test('a bot whose playground was killed does not stay behind', async () => {
  const playground = startChild(join(import.meta.dirname, 'stage-process.ts'), await aFolder())
  await vi.waitFor(() => expect(playground.lines).toHaveLength(1), { timeout: 30_000 })
  const bot = Number(playground.lines[0])
  expect(isGone(bot)).toBe(false)

  await playground.kill()

  await vi.waitFor(() => expect(isGone(bot)).toBe(true), { timeout: 10_000 })
}, 60_000)

test('a bot that cannot start says why in its last words', async () => {
  const changed = vi.fn()
  const environment = { HOST: '127.0.0.1', PORT: '1', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  const bot = botChild({ environment, folder: await aFolder(), changed })

  await expect(bot.start()).rejects.toThrow('Waybill has no Slack workspace to talk to yet.')

  expect(bot.state).toEqual({ state: 'down', pid: null, starts: 1 })
  expect(changed).toHaveBeenCalled()
  await bot.kill()
})
