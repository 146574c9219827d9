/** A topic of the starter policy. */
export interface Topic {
  readonly id: string
  readonly name: string
  /** Words customers use, separated by commas. */
  readonly description: string
}

export interface DraftPerson {
  readonly name: string
  readonly email: string
  /** Member id. */
  readonly slack: string
  readonly role: 'agent' | 'admin'
  readonly timeZone: string
  /** Topics. */
  readonly skills: readonly string[]
  readonly hours: 'week' | 'always'
}

export interface Draft {
  readonly team: string
  readonly channel: string
  readonly triage: string
  /** The first one is called for P1. */
  readonly people: readonly DraftPerson[]
}

/** A policy of one team, made from the starter: topics, clocks, rules and weights stay word for word, teams and people are new. */
export function draftPolicy(starter: string, draft: Draft): string {
  const part = sectionsOf(starter)
  const team = idFrom(draft.team, [])
  const ids: string[] = []
  for (const { name } of draft.people) ids.push(idFrom(name, ids))
  const ofTeam = (section: string) => section.replaceAll(/\bteam: [a-z0-9][a-z0-9_-]*/g, `team: ${team}`)
  return [
    '# The policy of this workspace: who answers what, how fast, and when people are asked instead of guessed at.\n#',
    '# Written by `waybill init`. Change it and import it again:   npm run waybill -- policy import policy.yml',
    '# A file with a mistake is refused whole, and every mistake is named with its line.\n',
    part('topics'),
    `${part('teams', 'comments')}teams:`,
    `  ${team}:`,
    `    name: ${text(draft.team)}`,
    `    channel: ${draft.channel}`,
    `    lead: ${ids[0]}`,
    `    on-call: [${ids.join(', ')}]\n`,
    `${part('people', 'comments')}people:`,
    ...draft.people.map(
      (person, index) => `${personAs(ids[index]!, team, person)}${index === ids.length - 1 ? '\n' : ''}`,
    ),
    ofTeam(part('matrix')),
    ofTeam(part('rules')),
    part('min-confidence'),
    'triage:',
    `  channel: ${draft.triage}\n`,
    part('weights'),
    '# Customers and the companies they belong to come from a table:   npm run waybill -- accounts import accounts.csv',
    '',
  ].join('\n')
}

/** The topics of the starter policy, in order. */
export function topicsOf(starter: string): readonly Topic[] {
  const entries = sectionsOf(starter)('topics').matchAll(
    /^ {2}([a-z0-9][\w-]*):\n {4}name: (.+)\n {4}description: >-\n((?: {6}.+\n?)+)/gm,
  )
  return [...entries].map(([, id = '', name = '', words = '']) => ({
    id,
    name: name.trim(),
    description: words.replaceAll(/\s+/g, ' ').trim(),
  }))
}

const personAs = (
  id: string,
  team: string,
  { name, email, slack, role, timeZone, skills, hours }: DraftPerson,
): string =>
  [
    `  ${id}:`,
    `    name: ${text(name)}`,
    `    email: ${text(email)}`,
    `    slack: ${slack}`,
    ...(role === 'agent' ? [] : [`    role: ${role}`]),
    `    teams: [${team}]`,
    `    skills: { ${skills.map((skill) => `${skill}: 3`).join(', ')} }`,
    '    capacity: 8',
    `    time-zone: ${timeZone}`,
    `    hours: ${hours === 'always' ? 'always' : '{ mon-fri: "09:00-17:00" }'}`,
  ].join('\n')

/** A JSON string is a YAML string. */
const text = (said: string): string => JSON.stringify(said)

/** Lower-case letters, digits and hyphens; another number when somebody has it already. */
function idFrom(name: string, taken: readonly string[]): string {
  const words = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const id = words.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'one'
  if (!taken.includes(id)) return id
  let number = 2
  while (taken.includes(`${id}-${number}`)) number += 1
  return `${id}-${number}`
}

/** The text of each top-level entry with the comments right above it, or those comments alone. */
function sectionsOf(starter: string): (key: string, what?: 'comments') => string {
  const lines = starter.split('\n')
  const starts = lines.flatMap((line, index) => (/^[a-z][a-z-]*:/.test(line) ? [index] : []))
  const above = (start: number) => {
    let first = start
    while (lines[first - 1]?.startsWith('#')) first -= 1
    return first
  }
  return (key, what) => {
    const at = starts.findIndex((start) => lines[start]!.startsWith(`${key}:`))
    const start = starts[at]
    if (start === undefined) throw new Error(`The starter policy has no ${key}.`)
    const next = starts[at + 1]
    const end = what === 'comments' ? start : next === undefined ? lines.length : above(next)
    const section = lines.slice(above(start), end).join('\n').trimEnd()
    return section === '' ? '' : `${section}\n`
  }
}
