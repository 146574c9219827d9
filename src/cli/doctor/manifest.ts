import { readFile } from 'node:fs/promises'

const MANIFEST = new URL('../../../manifest.yml', import.meta.url)

/** The app's manifest as it lies beside this code. */
export const manifestText = (): Promise<string> => readFile(MANIFEST, 'utf8')

/** The scopes under `oauth_config: scopes: bot:`, read line by line: the file is ours and a test holds it to the code. */
export async function manifestScopes(): Promise<readonly string[]> {
  const [, list = ''] = /^ {4}bot:\n((?: {6}- \S+\n)+)/m.exec(await manifestText()) ?? []
  const scopes = [...list.matchAll(/- (\S+)/g)].map((match) => match[1]!)
  if (scopes.length === 0) throw new Error('manifest.yml names no bot scopes.')
  return scopes
}
