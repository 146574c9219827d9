/**
 * The Slack workspace in a process of its own, for tests that kill the bot but not its Slack.
 * Usage: node slack-workspace-process.ts '<JSON of WorkspaceOptions>'; prints one JSON line (url and app) when it listens.
 */
import { slackWorkspace, type WorkspaceOptions } from '../../src/playground/workspace/workspace.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as WorkspaceOptions
const workspace = await slackWorkspace(options)
process.stdout.write(`${JSON.stringify({ url: workspace.url, app: workspace.app })}\n`)

const stop = async () => {
  await workspace.close()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
// Whoever started it is gone when standard input ends.
process.stdin.once('end', () => void stop()).resume()
