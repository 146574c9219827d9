import { may } from '../../core/permissions.ts'
import type { Person, SkillLevel } from '../../core/person.ts'
import { nearestWord } from '../../lib/nearest-word.ts'
import { escapeText } from '../cards/escape.ts'
import type { Command, CommandAnswer, CommandContext } from '../command.ts'
import { findPerson } from '../find-person.ts'

const mayTeach = (person: Person): boolean => 'allowed' in may(person, 'skills add', { teams: person.teams })

export const skillsCommand: Command = {
  name: 'skills',
  uses: [
    { form: 'skills list', does: 'who can answer what; add `@grace` to see only hers' },
    { form: 'skills add @grace sso 3', does: 'give a skill or change its level, 1 to 3', mayUse: mayTeach },
    { form: 'skills remove @grace sso', does: 'take a skill away', mayUse: mayTeach },
  ],
  mayUse: (person) => 'allowed' in may(person, 'skills list'),

  async run([word = 'list', ...rest], context) {
    switch (word.toLowerCase()) {
      case 'list':
        return list(rest, context)
      case 'add':
        return add(rest, context)
      case 'remove':
        return remove(rest, context)
      default: {
        const near = nearestWord(word, ['list', 'add', 'remove'])
        const hint = near ? `Did you mean \`/waybill skills ${near}\`?` : 'There is list, add and remove.'
        return { text: `There is no “skills ${escapeText(word, 40)}”. ${hint}` }
      }
    }
  },
}

async function list([who]: readonly string[], { directory }: CommandContext): Promise<CommandAnswer> {
  if (who) {
    const found = await findPerson(who, directory)
    return 'refused' in found ? { text: found.refused } : { text: lineOf(found.person) }
  }
  const people = [...(await directory.people())].sort((a, b) => (a.name < b.name ? -1 : 1))
  if (people.length === 0) return { text: 'Nobody is on the support rota yet.' }
  const lines = people.slice(0, MOST_LINES).map(lineOf)
  const more =
    people.length > MOST_LINES
      ? [`… and ${people.length - MOST_LINES} more; \`/waybill skills list @grace\` shows one.`]
      : []
  return { text: ['Skills: 1 can help, 2 knows it well, 3 is the one the others ask.', ...lines, ...more].join('\n') }
}

async function add(args: readonly string[], context: CommandContext): Promise<CommandAnswer> {
  const { directory, policies, person: by, clock } = context
  const [who, skill = '', digits] = args
  if (!who || !skill || args.length > 3)
    return { text: 'That takes a person, a skill and a level. Usage: `/waybill skills add @grace sso 3`.' }
  const level = LEVELS.find((level) => String(level) === digits)
  if (!level) return { text: `The level is ${LEVEL_WORDS}, as in \`/waybill skills add @grace sso 3\`.` }
  const target = await mayChange(who, 'skills add', context)
  if ('refused' in target) return { text: target.refused }

  const known = [...new Set(((await policies.current())?.topics ?? []).map(({ skill }) => skill))]
  const name = known.find((known) => known.toLowerCase() === skill.toLowerCase())
  if (!name) {
    const near = nearestWord(skill, known)
    const hint = near ? `Did you mean ${escapeText(near, 60)}?` : `Known: ${escapeText(known.join(', '), 500)}.`
    return { text: `No topic of the policy asks for the skill “${escapeText(skill, 60)}”. ${hint}` }
  }
  const { person } = target
  const before = await directory.setSkill(person.id, name, level, by.id, clock.now())
  const undo = before ? `skills add ${person.email} ${name} ${before}` : `skills remove ${person.email} ${name}`
  return said(`${nameOf(person)}: ${escapeText(name, 60)} ${before ?? 'none'} → ${level}`, by, undo)
}

async function remove(args: readonly string[], context: CommandContext): Promise<CommandAnswer> {
  const { directory, person: by, clock } = context
  const [who, skill] = args
  if (!who || !skill || args.length > 2)
    return { text: 'That takes a person and a skill. Usage: `/waybill skills remove @grace sso`.' }
  const target = await mayChange(who, 'skills remove', context)
  if ('refused' in target) return { text: target.refused }

  const { person } = target
  const held = Object.keys(person.skills)
  const name = held.find((held) => held.toLowerCase() === skill.toLowerCase())
  if (!name) {
    const near = nearestWord(skill, held)
    const hint = near ? ` Did you mean ${escapeText(near, 60)}?` : ''
    return { text: `${nameOf(person)} does not have the skill “${escapeText(skill, 60)}”.${hint}` }
  }
  const before = await directory.removeSkill(person.id, name, by.id, clock.now())
  const undo = `skills add ${person.email} ${name} ${before ?? person.skills[name]}`
  return said(`${nameOf(person)}: ${escapeText(name, 60)} ${before ?? person.skills[name]} → none`, by, undo)
}

async function mayChange(who: string, doing: string, { person, directory }: CommandContext) {
  // Whoever may change nobody's skills learns nothing about who is here.
  const any = may(person, doing, { teams: person.teams })
  if ('refused' in any) return any
  const found = await findPerson(who, directory)
  if ('refused' in found) return found
  const verdict = may(person, doing, { teams: found.person.teams })
  return 'refused' in verdict ? verdict : found
}

const LEVELS: readonly SkillLevel[] = [1, 2, 3]
const LEVEL_WORDS = '1 (can help), 2 (knows it well) or 3 (the one the others ask)'
const MOST_LINES = 60

const said = (change: string, by: Person, undo: string): CommandAnswer => ({
  text: `${change}, changed by ${nameOf(by)}. To undo it: \`/waybill ${escapeText(undo, 200)}\``,
})

const nameOf = ({ name }: Person): string => escapeText(name, 60)

function lineOf(person: Person): string {
  const skills = Object.entries(person.skills).sort(([a, levelA], [b, levelB]) => levelB - levelA || (a < b ? -1 : 1))
  const listed = skills.map(([skill, level]) => `${escapeText(skill, 60)} ${level}`).join(', ')
  return `*${nameOf(person)}*: ${listed || 'no skills yet'}`
}
