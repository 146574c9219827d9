import { manifestText } from '../../doctor/manifest.ts'
import type { Setup } from '../setup.ts'

/** The address that opens Slack's page for a new app with this manifest filled in (docs.slack.dev, sharing manifests). */
export function newAppUrl(manifest: string): string {
  // Comments are for those who read the file; without them the address fits where addresses are pasted.
  const bare = manifest
    .split('\n')
    .filter((line) => !/^\s*(?:#.*)?$/.test(line))
    .join('\n')
  return `https://api.slack.com/apps?new_app=1&manifest_yaml=${encodeURIComponent(bare)}`
}

/** Where to get the tokens from. Skipped by whoever has one. */
export async function createSlackApp({ asker, given }: Setup): Promise<void> {
  if (given('SLACK_BOT_TOKEN')) return
  asker.step(
    'Your Slack app',
    'Open this address, pick your workspace, create the app, then "Install to Workspace". It is an internal app of your own:\nnobody else sees its data.',
  )
  asker.show(newAppUrl(await manifestText()))
}
