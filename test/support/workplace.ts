import { readFileSync } from 'node:fs'
import type { ChannelSeed, PersonSeed } from '../../src/playground/workspace/model.ts'

/** A small company to try things on: three teams, nine people who are always there, and a Slack to match. */
export interface Worker {
  readonly id: string
  readonly name: string
  readonly slack: string
  readonly team: TeamName
}

export const TEAMS = {
  money: { name: 'Money', channel: 'C0MONEY' },
  platform: { name: 'Platform', channel: 'C0PLATFORM' },
  success: { name: 'Success', channel: 'C0SUCCESS' },
} as const
export type TeamName = keyof typeof TEAMS

export const TRIAGE_CHANNEL = 'C0TRIAGE'
export const SIGNING_SECRET = 'a-signing-secret-for-tests-only'
export const WEBHOOK_SECRET = `whsec_${Buffer.from('a webhook secret for tests only!').toString('base64')}`

const worker = (team: TeamName, id: string, name: string): Worker => ({
  id,
  name,
  slack: `U0${id.toUpperCase()}`,
  team,
})

export const WORKERS: readonly Worker[] = [
  worker('money', 'adele', 'Adele'),
  worker('money', 'blaise', 'Blaise'),
  worker('money', 'cuthbert', 'Cuthbert'),
  worker('platform', 'dorothy', 'Dorothy'),
  worker('platform', 'edsger', 'Edsger'),
  worker('platform', 'frances', 'Frances'),
  worker('success', 'grace', 'Grace'),
  worker('success', 'hedy', 'Hedy'),
  worker('success', 'ingrid', 'Ingrid'),
]

/** topic -> the team it goes to. */
export const TOPIC_TEAMS: Readonly<Record<string, TeamName>> = {
  billing: 'money',
  account: 'money',
  login: 'platform',
  bug: 'platform',
  outage: 'platform',
  api: 'platform',
  integrations: 'success',
  howto: 'success',
}

/** A ticket of one of these words is P1, whatever else it says. */
export const ALARM_WORD = 'wildfire'

export const PEOPLE: readonly PersonSeed[] = WORKERS.map(({ id, name, slack }) => ({
  id: slack,
  name: id,
  realName: name,
  email: `${id}@waybill.example`,
}))

export const CHANNELS: readonly ChannelSeed[] = [
  ...Object.entries(TEAMS).map(([name, { channel: id }]) => ({ id, name, members: PEOPLE.map((person) => person.id) })),
  { id: TRIAGE_CHANNEL, name: 'triage', members: PEOPLE.map((person) => person.id) },
]

/** One topic for each team: a learner that is trained in a third of the time, for bots that are started again and again. */
export const FEW_TOPICS = ['billing', 'login', 'howto'] as const

/** The policy as an administrator would write it. */
export function policyDocument({
  minConfidence = 0.35,
  topics = Object.keys(TOPIC_TEAMS),
}: {
  readonly minConfidence?: number
  readonly topics?: readonly string[]
} = {}): string {
  return [
    'topics:',
    ...topics.map((topic) => `  ${topic}: { name: ${topic}, description: tickets about ${topic} }`),
    'teams:',
    ...Object.entries(TEAMS).map(
      ([id, { name, channel }]) =>
        `  ${id}: { name: ${name}, channel: ${channel}, on-call: [${membersOf(id as TeamName)
          .map((person) => person.id)
          .join(', ')}] }`,
    ),
    'people:',
    ...WORKERS.map(
      ({ id, name, slack, team }) =>
        `  ${id}: { name: ${name}, email: ${id}@waybill.example, slack: ${slack}, role: lead, teams: [${team}], capacity: 1000, time-zone: Europe/Berlin, hours: always, skills: { ${topics
          .filter((topic) => TOPIC_TEAMS[topic] === team)
          .map((topic) => `${topic}: 3`)
          .join(', ')} } }`,
    ),
    'matrix:',
    ...topics.map(
      (topic) => `  - { topic: ${topic}, team: ${TOPIC_TEAMS[topic]}, first-response: 4h, resolution: 3d }`,
    ),
    'rules:',
    `  - { id: alarm, when: { words: [${ALARM_WORD}] }, set: { priority-floor: P1 } }`,
    '  - { id: calm, when: { pattern: "." }, set: { priority-cap: P2 } }',
    `triage: { channel: ${TRIAGE_CHANNEL} }`,
    `min-confidence: ${minConfidence}`,
    '',
  ].join('\n')
}

export const membersOf = (team: TeamName): readonly Worker[] => WORKERS.filter((worker) => worker.team === team)

export interface SampleTicket {
  readonly subject: string
  readonly body: string
  readonly topic: string
}

/** Realistic texts with the topic people gave them, in file order. */
export function sampleTickets(): readonly SampleTicket[] {
  return ['corpus-a', 'corpus-b']
    .flatMap((name) =>
      readFileSync(new URL(`../../db/seeds/${name}.jsonl`, import.meta.url), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly text: string; readonly topic: string }),
    )
    .map(({ text, topic }) => {
      const [subject = '', ...rest] = text.split('\n\n')
      return { subject, body: rest.join('\n\n') || subject, topic }
    })
}
