import { nearestWord } from '../lib/nearest-word.ts'
import type { Clock, Directory, LessonStore, Log, PolicyStore, TicketStore } from '../ports.ts'
import { escapeText } from './cards/escape.ts'
import type { CommandAnswer } from './command.ts'
import { COMMANDS } from './commands/index.ts'

/** Finds the command in `text`, checks that this person may use it, and runs it. A wrong word gets the nearest right one. */
export async function answerCommand(
  text: string,
  slackUser: string,
  deps: {
    readonly tickets: TicketStore
    readonly directory: Directory
    readonly policies: PolicyStore
    readonly lessons: Pick<LessonStore, 'ofTicket'>
    readonly clock: Clock
    readonly log: Log
  },
): Promise<CommandAnswer> {
  const { tickets, directory, policies, lessons, clock, log } = deps
  const person = await directory.bySlackUser(slackUser)
  if (!person) return { text: 'You are not on the support rota yet. Ask an admin to add you.' }

  const [word = 'help', ...args] = text.trim().split(/\s+/).filter(Boolean)
  const usable = COMMANDS.filter((command) => command.mayUse(person))
  const command = usable.find(({ name }) => name === word.toLowerCase())
  if (!command) {
    const near = nearestWord(
      word,
      usable.map(({ name }) => name),
    )
    const hint = near ? `Did you mean \`/waybill ${near}\`?` : '`/waybill help` lists what you can do.'
    return { text: `There is no command “${escapeText(word, 40)}”. ${hint}` }
  }
  log.info({ command: command.name, person: person.id }, 'command')
  return command.run(args, { person, tickets, directory, policies, lessons, clock, commands: COMMANDS })
}
