import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import * as z from 'zod'
import { PRIORITIES, RISK_FLAGS } from '../core/classification.ts'
import type { Account, Customer } from '../core/customer.ts'
import { isFreeMail } from '../core/free-mail.ts'
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
const Duration = z.string().regex(/^[1-9]\d{0,4}[mhd]$/, 'write "30m", "4h" or "2d"')
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
      hours: z.union([z.literal('always'), z.record(Days, Spans)], {
        error: 'write always, or days and spans such as {mon-fri: "09:00-17:00"}',
      }),
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
            pattern: z.string().min(1).optional(),
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
  /** Points at the key of the last step instead of its value. */
  readonly at?: 'key'
}
type Named = Readonly<Partial<Record<'topics' | 'teams' | 'people' | 'accounts', object | null>>>

/** What is wrong with the patterns of rules; the voice that runs them knows. `problem` completes "its pattern …". */
export type RuleCheck = (rules: readonly Rule[]) => readonly { readonly rule: string; readonly problem: string }[]

/** Reads a policy file. A faulty one is refused whole: RejectedError names every fault with line and column. */
export function readPolicyDocument(yaml: string, ruleFaults: RuleCheck = () => []): PolicyContents {
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

  const raw = plain(document)
  const parsed = PolicyFile.safeParse(raw)
  const broken = parsed.success ? [] : parsed.error.issues.flatMap(toFaults)
  const faults = parsed.success
    ? [...contradictions(parsed.data), ...patternFaults(parsed.data, ruleFaults)]
    : [...broken, ...faultsInTheRest(raw, broken, ruleFaults)]
  if (faults.length > 0 || !parsed.success) {
    const placed = faults.map((fault) => ({ fault, offset: offsetOf(document, fault) }))
    throw refusal(
      placed
        .sort((a, b) => a.offset - b.offset)
        .map(({ fault: { path, problem }, offset }) => `${at(offset)}: ${path.join('.') || 'file'}: ${problem}`),
    )
  }
  return toContents(parsed.data)
}

const refusal = (faults: readonly string[]) =>
  new RejectedError(
    `The policy was not imported; nothing changed. ${faults.length} to mend:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  )

/** As plain values; a file whose aliases unfold without end is refused (they double at every level). */
function plain(document: Document): unknown {
  try {
    return document.toJS()
  } catch (error) {
    throw refusal([`line 1, column 1: ${String(error)}`])
  }
}

function toFaults(issue: z.core.$ZodIssue): readonly Fault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: 'is not a setting; check the spelling',
      at: 'key',
    }))
  if (issue.code === 'invalid_key')
    return [{ path, problem: issue.issues.map(({ message }) => message).join('; '), at: 'key' }]
  if (issue.message.endsWith('received undefined')) return [{ path, problem: 'is missing' }]
  return [{ path, problem: issue.message }]
}

/** Where the value stands, or its key; of something that is missing, the nearest thing around it. */
function offsetOf(document: Document, { path, at }: Fault): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const around = document.getIn(path.slice(0, depth - 1), true)
    if (at === 'key' && depth === path.length && isMap(around)) {
      const key = around.items.map(({ key }) => key).find((key) => isScalar(key) && String(key.value) === path.at(-1))
      if (isScalar(key) && key.range) return key.range[0]
    }
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

/** What is wrong with the entries whose shape is sound, so that one look at the list of faults is enough. */
function faultsInTheRest(raw: unknown, broken: readonly Fault[], ruleFaults: RuleCheck): readonly Fault[] {
  const isBroken = (section: string, entry: string | number) =>
    broken.some(({ path }) => path[0] === section && String(path[1]) === String(entry))
  const origins: Record<string, readonly number[]> = {}
  const sound = Object.entries(raw as Record<string, unknown>).flatMap(([section, entries]) => {
    if (Array.isArray(entries)) {
      const kept = [...entries.keys()].filter((index) => !isBroken(section, index))
      origins[section] = kept
      return [[section, kept.map((index) => entries[index] as unknown)]]
    }
    if (broken.some(({ path }) => path[0] === section && path.length === 1)) return []
    if (typeof entries !== 'object' || entries === null) return [[section, entries]]
    return [[section, Object.fromEntries(Object.entries(entries).filter(([entry]) => !isBroken(section, entry)))]]
  })
  const rest = PolicyFile.safeParse(Object.fromEntries(sound))
  if (!rest.success) return []
  const faults = [...contradictions(rest.data, raw as Named), ...patternFaults(rest.data, ruleFaults)]
  return faults.map(({ path: [section = '', entry, ...steps], ...fault }) => {
    const origin = typeof entry === 'number' ? (origins[section]?.[entry] ?? entry) : entry
    return { ...fault, path: [section, ...(origin === undefined ? [] : [origin]), ...steps] }
  })
}

const patternFaults = ({ rules }: PolicyFile, ruleFaults: RuleCheck): readonly Fault[] =>
  ruleFaults(rules.map(toRule)).map(({ rule, problem }) => {
    const index = rules.findIndex(({ id }) => id === rule)
    return { path: ['rules', index, 'when', 'pattern'], problem }
  })

/** What each part says about the others, and gets wrong. `known` are the names that exist, sound or not. */
function contradictions(file: PolicyFile, known: Named = file): readonly Fault[] {
  const faults: Fault[] = []
  const expect = (kind: keyof Named, id: string | undefined, path: Path) => {
    if (id !== undefined && !Object.hasOwn(known[kind] ?? {}, id))
      faults.push({ path, problem: `there is no ${id} under ${kind}` })
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
    if (person.hours !== 'always')
      for (const [days, spans] of Object.entries(person.hours))
        faults.push(...hoursFaults(days, spans).map((problem) => ({ path: ['people', id, 'hours', days], problem })))
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
  const domains = new Map<string, string>()
  for (const [id, account] of Object.entries(file.accounts)) {
    expect('people', account.owner, ['accounts', id, 'owner'])
    for (const [index, written] of account.domains.entries()) {
      const domain = written.toLowerCase()
      const path = ['accounts', id, 'domains', index]
      const other = domains.get(domain)
      if (other) faults.push({ path, problem: `${domain} belongs to ${other} already` })
      if (isFreeMail(domain)) faults.push({ path, problem: `anybody can have an address at ${domain}` })
      domains.set(domain, id)
    }
  }
  const addresses = new Map<string, string>()
  for (const [id, customer] of Object.entries(file.customers)) {
    expect('accounts', customer.account, ['customers', id, 'account'])
    const other = addresses.get(customer.email.toLowerCase())
    if (other) faults.push({ path: ['customers', id, 'email'], problem: `${other} has the same address` })
    addresses.set(customer.email.toLowerCase(), id)
  }
  return faults
}

/** Spans and days that would silently mean "never". */
function hoursFaults(days: string, spans: string): readonly string[] {
  const backwards = spansIn(spans).filter(({ from, to }) => from >= to)
  return [
    ...(daysIn(days).length === 0 ? [`${days} runs backwards; the week begins on mon`] : []),
    ...backwards.map(
      ({ from, to }) => `${from}-${to} ends before it begins; write a night as ${from}-24:00 and 00:00-${to}`,
    ),
  ]
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
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
