import type { Fields } from '../model.ts'
import type { Call, MethodEntry } from '../site.ts'
import { chat } from './chat.ts'
import { conversations } from './conversations.ts'
import { reactions } from './reactions.ts'
import { shelf } from './shelf.ts'
import { users } from './users.ts'
import { views } from './views.ts'

/** Every Web API method the workspace has. */
export const methods: Readonly<Record<string, MethodEntry>> = {
  'auth.test': { run: authTest, scopes: [] },
  'apps.connections.open': { run: ({ site }) => ({ url: site.socket.ticket() }), scopes: [] },
  ...chat,
  ...conversations,
  ...reactions,
  ...shelf,
  ...users,
  ...views,
}

function authTest({ site }: Call): Fields {
  const { self } = site.world
  return {
    url: `https://${self.teamDomain}.slack.com/`,
    team: self.teamDomain,
    user: self.botName,
    team_id: self.teamId,
    user_id: self.botUserId,
    bot_id: self.botId,
    is_enterprise_install: false,
  }
}
