import { may } from '../../core/permissions.ts'
import { escapeText } from '../cards/escape.ts'
import type { Command } from '../command.ts'

export const helpCommand: Command = {
  name: 'help',
  usage: ['help'],
  help: 'what you can do here',
  mayUse: (person) => 'allowed' in may(person, 'help'),

  async run(_args, { person, commands }) {
    const lines = commands
      .filter((command) => command.mayUse(person))
      .flatMap(({ usage, help }) => usage.map((form) => `• \`/waybill ${escapeText(form, 100)}\`: ${help}`))
    const role = person.role === 'agent' ? 'an agent' : person.role === 'lead' ? 'a lead' : 'an admin'
    return { text: [`You are ${role} here, ${escapeText(person.name, 60)}. You can type:`, ...lines].join('\n') }
  },
}
