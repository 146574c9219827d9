import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { manifestScopes, manifestText } from '../../../src/cli/doctor/manifest.ts'
import { newAppUrl } from '../../../src/cli/init/steps/slack-app.ts'

const manifest = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8')

test('the address of a new app carries the whole manifest, and fits where addresses are pasted', async () => {
  const url = new URL(newAppUrl(await manifestText()))

  expect(url.origin + url.pathname).toBe('https://api.slack.com/apps')
  expect(url.searchParams.get('new_app')).toBe('1')
  expect(parse(url.searchParams.get('manifest_yaml') ?? '')).toEqual(parse(manifest))
  expect(url.href.length).toBeLessThan(8_000)
})

test('the scopes doctor and init look for are those of the manifest', async () => {
  const { oauth_config: granted } = parse(manifest) as {
    readonly oauth_config: { readonly scopes: { readonly bot: string[] } }
  }

  expect(await manifestScopes()).toEqual(granted.scopes.bot)
})
