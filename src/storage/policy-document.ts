import { isMap, LineCounter, parseDocument } from 'yaml'
import * as z from 'zod'
import { PRIORITIES, RISK_FLAGS } from '../core/classification.ts'
import type { Account, Customer } from '../core/customer.ts'
import { accountId, customerId, personId, teamId } from '../core/ids.ts'
import type { Person, SkillLevel, Team } from '../core/person.ts'
import { clashingRows, nameRow, type Policy, type Rule } from '../core/policy.ts'
import { ALWAYS, type Span, WEEKDAYS, type WorkingHours } from '../core/working-hours.ts'
import { RejectedError } from '../errors.ts'

/** Everything a policy file says, still without a version. */
export interface PolicyContents {
  readonly policy: Omit<Policy, 'version'>
  readonly teams: readonly Team[]
  readonly people: readonly Person[]
  readonly accounts: readonly Account[]
  readonly customers: readonly Customer[]
}

const Id = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'use lower-case letters, digits, - and _')
const Level = z.union([z.literal(1), z.literal(2), z.literal(3)])
const Clock = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const Spans = z
  .string()
  .regex(new RegExp(`^${Clock}-(?:${Clock}|24:00)(?:\\s*,\\s*${Clock}-(?:${Clock}|24:00))*$`), 'write "09:00-17:00"')
const Duration = z.string().regex(/^\d+[mhd]$/, 'write "30m", "4h" or "2d"')
const Days = z
  .string()
  .regex(new RegExp(`^(?:${WEEKDAYS.join('|')})(?:-(?:${WEEKDAYS.join('|')}))?$`), 'write mon or mon-fri')
const Words = z.array(z.string().min(1)).min(1)

const PolicyFile = z.strictObject({
  topics: z.record(
    Id,
    z.strictObject({ name: z.string().min(1), description: z.string().min(1), skill: Id.optional() }),
  ),
  teams: z.record(
    Id,
    z.strictObject({
      name: z.string().min(1),
      channel: z.string().min(1),
      lead: Id.optional(),
      'on-call': z.array(Id).default([]),
    }),
  ),
  people: z.record(
    Id,
    z.strictObject({
      name: z.string().min(1),
      email: z.email(),
      slack: z.string().min(1),
      role: z.enum(['agent', 'lead', 'admin']).default('agent'),
      teams: z.array(Id).min(1),
      skills: z.record(Id, Level).default({}),
      capacity: z.int().min(0).max(1000).default(6),
      'time-zone': z.string().refine(isTimeZone, 'is not an IANA time zone such as Europe/Berlin'),
      hours: z.union([z.literal('always'), z.record(Days, Spans)]),
    }),
  ),
  matrix: z
    .array(
      z.strictObject({
        topic: Id.optional(),
        tier: z.string().min(1).optional(),
        priority: z.enum(PRIORITIES).optional(),
        team: Id,
        'min-skill': Level.optional(),
        'first-response': Duration,
        resolution: Duration,
      }),
    )
    .min(1),
  rules: z
    .array(
      z.strictObject({
        id: Id,
        when: z
          .strictObject({
            words: Words.optional(),
            phrases: Words.optional(),
            pattern: z.string().min(1).max(1000).optional(),
            'sender-domain': Words.optional(),
            language: Words.optional(),
            source: Words.optional(),
            fields: z.record(z.string(), Words).optional(),
          })
          .refine((when) => Object.keys(when).length > 0, 'give at least one condition'),
        set: z
          .strictObject({
            topic: Id.optional(),
            'priority-floor': z.enum(PRIORITIES).optional(),
            'priority-cap': z.enum(PRIORITIES).optional(),
            flags: z.array(z.enum(RISK_FLAGS)).min(1).optional(),
            team: Id.optional(),
          })
          .refine((set) => Object.keys(set).length > 0, 'set at least one thing'),
      }),
    )
    .default([]),
  triage: z.strictObject({ channel: z.string().min(1) }),
  'min-confidence': z.number().min(0).max(1).default(0.6),
  weights: z
    .strictObject({
      signals: z.record(Id, z.number().min(0).max(100)).default({}),
      voices: z.record(Id, z.number().min(0).max(10)).default({}),
    })
    .default({ signals: {}, voices: {} }),
  accounts: z
    .record(
      Id,
      z.strictObject({
        name: z.string().min(1),
        tier: z.string().min(1),
        domains: z.array(z.string().min(1)).default([]),
        owner: Id.optional(),
        value: z.int().min(0).optional(),
      }),
    )
    .default({}),
  customers: z
    .record(Id, z.strictObject({ email: z.email(), name: z.string().optional(), account: Id.optional() }))
    .default({}),
})
type PolicyFile = z.infer<typeof PolicyFile>

type Path = readonly (string | number)[]
interface Fault {
  readonly path: Path
  readonly problem: string
}

/** Reads a policy file. A faulty one is refused whole: RejectedError names every fault with line and column. */
export function readPolicyDocument(yaml: string): PolicyContents {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `line ${line}, column ${col}`
  }
  if (document.errors.length > 0) {
    throw refusal(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message.split(' at line')[0]}`))
  }
  if (!isMap(document.contents))
    throw refusal(['line 1, column 1: the file must be a mapping with topics, teams, people …'])

  const place = ({ path, problem }: Fault) => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true)
      if (typeof node === 'object' && node && 'range' in node && Array.isArray(node.range)) {
        return `${at(Number(node.range[0]))}: ${path.join('.') || 'file'}: ${problem}`
      }
    }
    return `line 1, column 1: ${path.join('.')}: ${problem}`
  }
  const parsed = PolicyFile.safeParse(document.toJS())
  if (!parsed.success) {
    throw refusal(parsed.error.issues.map((issue) => place({ path: issue.path.map(String), problem: issue.message })))
  }
  const faults = contradictions(parsed.data)
  if (faults.length > 0) throw refusal(faults.map(place))
  return toContents(parsed.data)
}

const refusal = (faults: readonly string[]) =>
  new RejectedError(
    `The policy was not imported; nothing changed. ${faults.length} to mend:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  )

/** What each part says about the others, and gets wrong. */
function contradictions(file: PolicyFile): readonly Fault[] {
  const faults: Fault[] = []
  const known = { topics: file.topics, teams: file.teams, people: file.people, accounts: file.accounts }
  const expect = (kind: keyof typeof known, id: string | undefined, path: Path) => {
    if (id !== undefined && !(id in known[kind])) faults.push({ path, problem: `there is no ${id} under ${kind}` })
  }

  for (const [id, team] of Object.entries(file.teams)) {
    expect('people', team.lead, ['teams', id, 'lead'])
    for (const [index, person] of team['on-call'].entries()) expect('people', person, ['teams', id, 'on-call', index])
  }
  const slackUsers = new Map<string, string>()
  for (const [id, person] of Object.entries(file.people)) {
    for (const [index, team] of person.teams.entries()) expect('teams', team, ['people', id, 'teams', index])
    const other = slackUsers.get(person.slack)
    if (other) faults.push({ path: ['people', id, 'slack'], problem: `${other} has the same Slack user` })
    slackUsers.set(person.slack, id)
  }
  for (const [index, row] of file.matrix.entries()) {
    expect('topics', row.topic, ['matrix', index, 'topic'])
    expect('teams', row.team, ['matrix', index, 'team'])
  }
  for (const [first, second] of clashingRows(matrixOf(file))) {
    const name = nameRow(matrixOf(file)[first]!)
    faults.push({
      path: ['matrix', second],
      problem: `ties with row ${first + 1} (${name}); add a row that settles it`,
    })
  }
  const ruleIds = new Set<string>()
  for (const [index, rule] of file.rules.entries()) {
    expect('topics', rule.set.topic, ['rules', index, 'set', 'topic'])
    expect('teams', rule.set.team, ['rules', index, 'set', 'team'])
    if (ruleIds.has(rule.id)) faults.push({ path: ['rules', index, 'id'], problem: `there is another rule ${rule.id}` })
    ruleIds.add(rule.id)
  }
  for (const [id, account] of Object.entries(file.accounts)) expect('people', account.owner, ['accounts', id, 'owner'])
  for (const [id, customer] of Object.entries(file.customers))
    expect('accounts', customer.account, ['customers', id, 'account'])
  return faults
}

function toContents(file: PolicyFile): PolicyContents {
  return {
    policy: {
      topics: Object.entries(file.topics).map(([id, topic]) => ({ id, ...topic, skill: topic.skill ?? id })),
      matrix: matrixOf(file),
      rules: file.rules.map(toRule),
      triageChannel: file.triage.channel,
      minConfidence: file['min-confidence'],
      signalWeights: file.weights.signals,
      voiceWeights: file.weights.voices,
    },
    teams: Object.entries(file.teams).map(([id, team]) => ({
      id: teamId(id),
      name: team.name,
      channel: team.channel,
      lead: team.lead === undefined ? undefined : personId(team.lead),
      onCall: team['on-call'].map(personId),
    })),
    people: Object.entries(file.people).map(([id, person]) => ({
      id: personId(id),
      name: person.name,
      email: person.email,
      slackUser: person.slack,
      role: person.role,
      teams: person.teams.map(teamId),
      skills: person.skills as Record<string, SkillLevel>,
      capacity: person.capacity,
      timeZone: person['time-zone'],
      hours: hoursOf(person.hours),
      awayUntil: undefined,
    })),
    accounts: Object.entries(file.accounts).map(([id, account]) => ({
      id: accountId(id),
      name: account.name,
      tier: account.tier,
      domains: account.domains.map((domain) => domain.toLowerCase()),
      owner: account.owner === undefined ? undefined : personId(account.owner),
      value: account.value,
    })),
    customers: Object.entries(file.customers).map(([id, customer]) => ({
      id: customerId(id),
      name: customer.name,
      email: customer.email.toLowerCase(),
      accountId: customer.account === undefined ? undefined : accountId(customer.account),
    })),
  }
}

const matrixOf = ({ matrix }: PolicyFile): Policy['matrix'] =>
  matrix.map(({ topic, tier, priority, team, 'min-skill': minSkill, 'first-response': response, resolution }) => ({
    ...(topic === undefined ? {} : { topic }),
    ...(tier === undefined ? {} : { tier }),
    ...(priority === undefined ? {} : { priority }),
    ...(minSkill === undefined ? {} : { minSkill }),
    team: teamId(team),
    firstResponseMinutes: minutesOf(response),
    resolutionMinutes: minutesOf(resolution),
  }))

function toRule({ id, when, set }: PolicyFile['rules'][number]): Rule {
  const { 'sender-domain': senderDomain, ...conditions } = when
  const { 'priority-floor': priorityFloor, 'priority-cap': priorityCap, team, ...said } = set
  return {
    id,
    when: defined({ ...conditions, senderDomain }),
    set: defined({ ...said, priorityFloor, priorityCap, team: team === undefined ? undefined : teamId(team) }),
  }
}

type Defined<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> }

const defined = <Shape extends object>(shape: Shape): Defined<Shape> =>
  Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Defined<Shape>

const MINUTES = { m: 1, h: 60, d: 24 * 60 } as const

const minutesOf = (duration: string): number =>
  Number(duration.slice(0, -1)) * MINUTES[duration.at(-1) as keyof typeof MINUTES]

function hoursOf(hours: PolicyFile['people'][string]['hours']): WorkingHours {
  if (hours === 'always') return ALWAYS
  return Object.fromEntries(
    Object.entries(hours).flatMap(([days, spans]) => daysIn(days).map((day) => [day, spansIn(spans)] as const)),
  )
}

function daysIn(days: string) {
  const [first, last = first] = days.split('-') as [(typeof WEEKDAYS)[number], (typeof WEEKDAYS)[number]?]
  return WEEKDAYS.slice(WEEKDAYS.indexOf(first), WEEKDAYS.indexOf(last) + 1)
}

const spansIn = (spans: string): readonly Span[] =>
  spans.split(',').map((span) => {
    const [from = '', to = ''] = span.trim().split('-')
    return { from, to }
  })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
