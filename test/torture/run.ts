import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { PlantedBug } from '../../src/lib/fault-injection.ts'
import { seededRandom, shuffled } from '../../src/text-model/random.ts'
import { createPostgresDatabase } from '../support/plain-sql.ts'
import { type RunningPostgres, startPostgres } from '../support/postgres.ts'
import { tryBugs } from './bugs.ts'
import { type Check, check, type Finding } from './checker.ts'
import { type CrashPoint, type DatabaseKind, findCrashPoints } from './crash-points.ts'
import { ALL_BUGS, LATE_MS, openField } from './field.ts'
import { runLane } from './lane.ts'

const FEWEST_POINTS = 25
const FULL_ROUNDS = 25
/** Of the points both databases share, the quick run tries others on Postgres every time: as many as fit in its minutes. */
const QUICK_POSTGRES_POINTS = 24
/** More bots than that would only wait for one another on two cores. */
const FIELDS_AT_ONCE = 3
const MOST_POINTS_PER_FIELD = 36
const FAULT_RATE = 0.3

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    database: { type: 'string', default: 'both' },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    point: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    json: { type: 'boolean', default: false },
    report: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const USAGE = `npm run torture -- [options]
  --quick                        every crash point once, on Postgres ${QUICK_POSTGRES_POINTS} of them (default: all ${FULL_ROUNDS} times on both)
  --database sqlite|postgres|both
  --point <name>                 only this crash point; may be given several times
  --rounds <n>                   how often each point is tried
  --seed <n>                     the same faults and the same choices again
  --bugs                         plants each of the six bugs; every one must be noticed
  --bug <name>                   plants one of ${ALL_BUGS.join(', ')}; must be noticed
  --json                         one line of JSON at the end
  --report <file>                writes that line to a file as well
  --verbose                      says what goes on
`

/** What one field came to. */
interface Tally {
  readonly database: DatabaseKind
  readonly reached: readonly string[]
  readonly missed: readonly string[]
  readonly kills: number
  readonly randomKills: number
  readonly tickets: number
  readonly deliveries: number
  readonly clicks: number
  readonly cards: number
  readonly faults: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

const say = (line: string) => void process.stdout.write(`${line}\n`)
const progress = (line: string) => {
  if (values.verbose) say(`  ${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${line}`)
  else if (!values.json) process.stdout.write('.')
}

const startedAt = performance.now()
const folder = mkdtempSync(join(tmpdir(), 'waybill-torture-'))
let server: Promise<RunningPostgres> | undefined

async function databaseUrl(kind: DatabaseKind, name: string): Promise<string> {
  if (kind === 'sqlite') return `sqlite:${join(folder, `${name}.db`)}`
  server ??= startPostgres()
  return createPostgresDatabase(process.env.TEST_DATABASE_URL ?? (await server).url, `torture_${name}`)
}

function writeReport(summary: object): void {
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(summary)}\n`)
}

async function main(): Promise<number> {
  if (values.help) {
    say(USAGE)
    return 0
  }
  const seed = Number(values.seed)
  if (!Number.isInteger(seed)) throw new Error(`--seed ${values.seed} is not a whole number.`)
  if (values.bugs || values.bug !== undefined) {
    const bugs = values.bug === undefined ? ALL_BUGS : [knownBug(values.bug)]
    return tryBugs(bugs, { databaseUrl, seed, say, progress, writeReport, json: values.json })
  }
  return torture(seed)
}

async function torture(seed: number): Promise<number> {
  const points = findCrashPoints(new URL('../../src', import.meta.url).pathname)
  const kinds = databases()
  const rounds = values.rounds ? Number(values.rounds) : values.quick ? 1 : FULL_ROUNDS
  const chosen = values.point ? points.filter(({ name }) => values.point?.includes(name)) : points
  if (points.length < FEWEST_POINTS)
    throw new Error(`Only ${points.length} crash points in src; ${FEWEST_POINTS} are needed.`)
  if (chosen.length === 0) throw new Error(`There is no crash point ${values.point?.join(', ')}.`)
  if (!values.json)
    say(
      `torture: ${chosen.length} crash points × ${rounds} on ${kinds.join(' and ')}, seed ${seed}, ${cpus().length} cores`,
    )

  const work = Array.from({ length: rounds }, (_, round) =>
    kinds.flatMap((kind) => fieldsOf(chosen, kind, seed + round).map((mine) => ({ kind, round, mine }))),
  )
    .flat()
    .map((task, index) => ({ ...task, number: index + 1, seed: seed + index * 1_000 }))
  const tallies: Tally[] = []
  const workers = Array.from({ length: FIELDS_AT_ONCE }, async () => {
    for (let task = work.shift(); task; task = work.shift()) {
      const tally = await oneField(task)
      tallies.push(tally)
      if (!values.json && !values.verbose) say(` ${task.kind}: ${tally.kills} kills`)
    }
  })
  await Promise.all(workers)
  return report(points.length, tallies)
}

/** The points of one database, in as few fields as keep each of them small. */
function fieldsOf(points: readonly CrashPoint[], kind: DatabaseKind, seed: number): readonly (readonly CrashPoint[])[] {
  const all = shuffled(
    points.filter(({ on }) => on.includes(kind)),
    seededRandom(seed),
  )
  const own = all.filter(({ on }) => on.length === 1)
  const isPart = values.quick && kind === 'postgres' && values.point === undefined
  const mine = isPart ? [...own, ...all.filter(({ on }) => on.length > 1)].slice(0, QUICK_POSTGRES_POINTS) : all
  const fields = Math.ceil(mine.length / MOST_POINTS_PER_FIELD)
  return Array.from({ length: fields }, (_, field) => mine.filter((_, index) => index % fields === field))
}

interface Task {
  readonly kind: DatabaseKind
  readonly round: number
  readonly number: number
  readonly mine: readonly CrashPoint[]
  readonly seed: number
}

async function oneField({ kind, round, number, mine, seed }: Task): Promise<Tally> {
  const name = `${kind === 'sqlite' ? 'lite' : 'pg'}${number}`
  const field = await openField({
    name,
    kind,
    url: await databaseUrl(kind, name),
    faults: { seed, rate: FAULT_RATE, lateMs: LATE_MS, retryAfterS: 1, droppedEvents: 0.1, doubledEvents: 0.1 },
  })
  try {
    const random = seededRandom(seed)
    const { missed, stuck } = await runLane(field, {
      points: mine,
      random,
      latestPass: round === 0 ? 1 : 3,
      log: progress,
    })
    const findings: Finding[] = [
      ...missed.map((point): Finding => ({ check: 'rest', what: `the crash point ${point} was never reached` })),
      ...stuck.map((what): Finding => ({ check: 'rest', what })),
      ...(await check(field)),
    ]
    const { kills, randomKills } = field.counts
    return {
      database: kind,
      reached: mine.map((point) => point.name).filter((point) => !missed.includes(point)),
      missed,
      kills,
      randomKills,
      tickets: field.inputs.length,
      deliveries: field.inputs.reduce((sum, { deliveries }) => sum + deliveries, 0),
      clicks: field.inputs.reduce((sum, { deeds }) => sum + deeds.reduce((all, { attempts }) => all + attempts, 0), 0),
      cards: field.inputs.reduce((sum, { token }) => sum + field.board.cards(token).length, 0),
      faults: field.slack.ledger.faults,
      findings,
    }
  } finally {
    await field.close()
  }
}

function report(pointsFound: number, tallies: readonly Tally[]): number {
  const total = (read: (tally: Tally) => number) => tallies.reduce((sum, tally) => sum + read(tally), 0)
  const found = (...checks: readonly Check[]) =>
    total(({ findings }) => findings.filter((finding) => checks.includes(finding.check)).length)
  const faults: Record<string, number> = {}
  for (const tally of tallies)
    for (const [kind, count] of Object.entries(tally.faults)) faults[kind] = (faults[kind] ?? 0) + count
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0)
  const kills = total((tally) => tally.kills)
  const findings = tallies.flatMap((tally) => tally.findings.map((finding) => ({ ...finding, on: tally.database })))
  const summary = {
    ok: findings.length === 0 && kills > 0 && injected > 0,
    points: pointsFound,
    reachedOnSqlite: reachedOn('sqlite', tallies),
    reachedOnPostgres: reachedOn('postgres', tallies),
    kills,
    randomKills: total((tally) => tally.randomKills),
    faults: injected,
    faultsByKind: faults,
    tickets: total((tally) => tally.tickets),
    deliveries: total((tally) => tally.deliveries),
    clicks: total((tally) => tally.clicks),
    cards: total((tally) => tally.cards),
    lost: found('lost'),
    doubled: found('doubled'),
    wrongCards: found('cards'),
    findings: findings.length,
    ...verdicts(tallies),
    seed: Number(values.seed),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  }
  for (const { on, check, what } of findings.slice(0, 40)) process.stderr.write(`✗ ${on} ${check}: ${what}\n`)
  if (kills === 0) process.stderr.write('✗ nothing was killed, so nothing was shown\n')
  if (injected === 0) process.stderr.write('✗ no fault was injected, so nothing was shown\n')
  writeReport(summary)
  if (values.json) say(JSON.stringify(summary))
  else say(table(tallies, summary))
  return summary.ok ? 0 : 1
}

/** How many different points a bot died at. */
const reachedOn = (kind: DatabaseKind, tallies: readonly Tally[]): number =>
  new Set(tallies.flatMap(({ database, reached }) => (database === kind ? reached : []))).size

const CHECKS = [
  'lost',
  'doubled',
  'cards',
  'picture',
  'clicks',
  'owner',
  'history',
  'page',
  'rest',
  'file',
] as const satisfies readonly Check[]

/** Each crash point and each kind of check, of each field, counts as one. */
function verdicts(tallies: readonly Tally[]): { readonly passed: number; readonly failed: number } {
  let passed = 0
  let failed = 0
  for (const { reached, missed, findings } of tallies) {
    const broken = CHECKS.filter((check) => findings.some((finding) => finding.check === check)).length
    passed += reached.length + CHECKS.length - broken
    failed += missed.length + broken
  }
  return { passed, failed }
}

function table(tallies: readonly Tally[], summary: object): string {
  const rows: readonly (readonly [string, (tally: Tally) => number])[] = [
    ['kill -9 at a point', ({ kills }) => kills],
    ['kill -9 at random', ({ randomKills }) => randomKills],
    ['Slack faults injected', ({ faults }) => Object.values(faults).reduce((sum, count) => sum + count, 0)],
    ['tickets sent', ({ tickets }) => tickets],
    ['deliveries', ({ deliveries }) => deliveries],
    ['clicks', ({ clicks }) => clicks],
    ['cards at rest', ({ cards }) => cards],
    ...CHECKS.map(
      (name) =>
        [`✗ ${name}`, ({ findings }: Tally) => findings.filter((finding) => finding.check === name).length] as const,
    ),
  ]
  const kinds = [...new Set(tallies.map(({ database }) => database))].sort()
  const sum = (kind: DatabaseKind, read: (tally: Tally) => number) =>
    tallies.filter(({ database }) => database === kind).reduce((total, tally) => total + read(tally), 0)
  const row = (name: string, read: (kind: DatabaseKind) => number) =>
    `${name.padEnd(24)}${kinds.map((kind) => String(read(kind)).padStart(10)).join('')}`
  const lines = [
    row('crash points reached', (kind) => reachedOn(kind, tallies)),
    ...rows.map(([name, read]) => row(name, (kind) => sum(kind, read))),
  ]
  const { faultsByKind, seconds, ok } = summary as {
    faultsByKind: Record<string, number>
    seconds: number
    ok: boolean
  }
  return [
    '',
    `${''.padEnd(24)}${kinds.map((kind) => kind.padStart(10)).join('')}`,
    ...lines,
    '',
    `faults by kind: ${Object.entries(faultsByKind)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    `${ok ? 'green' : 'RED'} after ${seconds} s`,
  ].join('\n')
}

function databases(): readonly DatabaseKind[] {
  if (values.database === 'both') return ['sqlite', 'postgres']
  if (values.database === 'sqlite' || values.database === 'postgres') return [values.database]
  throw new Error(`--database ${values.database}: choose sqlite, postgres or both.`)
}

function knownBug(name: string): PlantedBug {
  const bug = ALL_BUGS.find((known) => known === name)
  if (!bug) throw new Error(`--bug ${name}: choose one of ${ALL_BUGS.join(', ')}.`)
  return bug
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
} finally {
  await (await server)?.stop()
  rmSync(folder, { recursive: true, force: true })
}
