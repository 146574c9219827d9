import { type Check, fault, ok, unknown } from '../check.ts'

/** What the bot may do, against what manifest.yml asks for. */
export const scopes: Check = {
  id: 'scopes',
  needs: ['bot-token'],
  async look(around) {
    const bot = await around.bot()
    if (!bot.ok || !bot.scopes) return [unknown('Slack did not say which scopes the token has')]
    const granted = bot.scopes
    const wanted = await around.wantedScopes()
    const missing = wanted.filter((scope) => !granted.includes(scope))
    if (missing.length === 0) return [ok(`all ${wanted.length} scopes of manifest.yml are granted`)]
    return [
      fault(
        `missing: ${missing.join(', ')}`,
        'Paste manifest.yml into App Manifest of your Slack app, save, then reinstall the app to the workspace.',
      ),
    ]
  },
}
