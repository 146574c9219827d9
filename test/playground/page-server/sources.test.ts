import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sources } from '../../../src/playground/page-server/sources.ts'
import { anInboundTicket } from '../../support/tickets.ts'
import { aWorkspace } from '../workspace/support.ts'
import { anApp, aStage, servedPage } from './support.ts'

test('shows code, seeds and docs of this repository, and nothing else', async () => {
  const { stage } = aStage(await aWorkspace(), await anApp())
  const page = await servedPage(stage)
  const shown = async (path: string) => page.source(`source?path=${encodeURIComponent(path)}`)

  expect(await shown('src/core/moves.ts')).toMatchObject({
    status: 200,
    body: { title: 'src/core/moves.ts', language: 'ts', text: expect.stringContaining('export') },
  })
  expect((await shown('db/seeds/starter.yml')).body).toMatchObject({ language: 'yaml' })
  expect((await shown('manifest.yml')).body).toMatchObject({ language: 'yaml' })
  expect((await shown('docs/architecture.md')).body).toMatchObject({ language: 'md' })
  for (const path of [
    'package.json',
    '.env',
    'src/../package.json',
    'src/../../../etc/passwd',
    '/etc/passwd',
    'src%2f..%2fpackage.json',
    'src\\..\\package.json',
    'src/core/moves.ts\0.md',
    'src/nowhere.ts',
    'src',
    '',
  ]) {
    const { status, error } = await shown(path)
    expect(`${status} ${error}`, path).toMatch(/^404 (There is no file|".*" is not a text)/)
  }
})

test('follows no link out of the repository', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'repository/src'), { recursive: true })
  mkdirSync(join(folder, 'repository/source'))
  writeFileSync(join(folder, 'secret.ts'), 'secret')
  writeFileSync(join(folder, 'repository/source/near.ts'), 'near')
  writeFileSync(join(folder, 'repository/src/own.ts'), 'own')
  symlinkSync(join(folder, 'secret.ts'), join(folder, 'repository/src/out.ts'))
  symlinkSync(folder, join(folder, 'repository/src/up'))
  const { file } = sources(await anApp(), join(folder, 'repository'))

  expect(await file('src/own.ts')).toEqual({ title: 'src/own.ts', language: 'ts', text: 'own' })
  for (const path of ['src/out.ts', 'src/up/secret.ts', 'src/../source/near.ts', 'source/near.ts'])
    await expect(file(path), path).rejects.toMatchObject({ status: 404 })
})

test('shows stored events and the decision record', async () => {
  const app = await anApp()
  const { ticket } = await app.receive(anInboundTicket())
  const page = await servedPage(aStage(await aWorkspace(), app).stage)

  const { body } = await page.source(`event/${ticket.number}/1`)
  expect(body).toMatchObject({ title: 'Event 1 of ticket #1: received', language: 'json' })
  expect(JSON.parse(body.text)).toMatchObject({ type: 'received', version: 1 })
  expect(await page.source('event/1/2')).toMatchObject({
    status: 404,
    error: 'Ticket #1 has no event 2; it has 1.',
  })
  expect(await page.source('event/7/1')).toMatchObject({ status: 404, error: 'There is no ticket #7.' })
  expect(await page.source('decision/1')).toMatchObject({
    status: 404,
    error: 'Ticket #1 is not decided yet.',
  })
  expect(await page.source('decision/0')).toMatchObject({ status: 400 })
})
