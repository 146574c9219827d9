import { may } from '../../core/permissions.ts'
import { escapeText } from '../cards/escape.ts'
import type { Command } from '../command.ts'

/** What this very person can do, nothing else. */
export const helpCommand: Command = {
  name: 'help',
  uses: [{ form: 'help', does: 'this list' }],
  mayUse: (person) => 'allowed' in may(person, 'help'),

  async run(_args, { person, commands }) {
    const lines = commands
      .filter((command) => command.mayUse(person))
      .flatMap(({ uses }) => uses.filter(({ mayUse }) => mayUse?.(person) ?? true))
      .map(({ form, does }) => `• \`/waybill ${escapeText(form, 100)}\`  ${does}`)
    const role = person.role === 'agent' ? 'an agent' : person.role === 'lead' ? 'a lead' : 'an admin'
    const hello = `Hello ${escapeText(person.name, 60)}. You are ${role} here and can type:`
    return { text: [hello, ...lines, 'Everything about one ticket is done with the buttons on its card.'].join('\n') }
  },
}
