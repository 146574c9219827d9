import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlantedBug } from '../../src/lib/fault-injection.ts'
import { seededRandom } from '../../src/text-model/random.ts'
import { WORKERS } from '../support/workplace.ts'
import { check, type Finding } from './checker.ts'
import type { DatabaseKind } from './crash-points.ts'
import { type Field, type FieldOptions, openField, TIMINGS } from './field.ts'
import { press, STORIES, send } from './stories.ts'

/** A situation in which one bug must show, and in which nothing may be found without it. */
interface Scenario {
  readonly kind: DatabaseKind
  readonly options?: (seed: number) => Partial<FieldOptions>
  /** Nothing lands late here, so not even for a moment may there be two copies of a card. */
  readonly noCopies?: boolean
  play(field: Field, bugs: readonly PlantedBug[], seed: number): Promise<void>
}

const REST_MS = 25_000
/** A planted bug may keep the bot from ever resting. */
const REST_WITH_BUG_MS = 8_000

const SCENARIOS: Readonly<Record<PlantedBug, Scenario>> = {
  'ack-before-commit': {
    kind: 'sqlite',
    async play(field, bugs, seed) {
      const random = seededRandom(seed)
      const stories: Promise<void>[] = []
      for (let life = 0; life < 3; life += 1) {
        const bot = await field.start({ bugs, crashAt: { point: 'inbox.store.before-commit', pass: 2 + life } })
        for (let count = 0; count < 2; count += 1) stories.push(quietly(STORIES.leave(field, random)))
        await Promise.race([bot.exited, sleep(5_000, undefined, { ref: false })])
        await field.killAtRandom(bot)
      }
      await field.start({ bugs })
      await Promise.all(stories)
    },
  },

  'retry-on-ambiguity': {
    kind: 'sqlite',
    options: (seed) => ({ faults: answersLost(seed) }),
    play: leaveEight,
  },

  'no-quarantine': {
    kind: 'sqlite',
    // An echo would tell that the card is there before anybody has to look.
    options: (seed) => ({ faults: answersLost(seed), echo: false }),
    noCopies: true,
    play: leaveEight,
  },

  'no-sweep': {
    kind: 'sqlite',
    async play(field, bugs, seed) {
      await field.start({ bugs })
      for (let count = 0; count < 6; count += 1)
        field.slack.failNext('chat.postMessage', 'late-landing', { lateMs: 1_200 })
      const random = seededRandom(seed)
      await Promise.all(Array.from({ length: 6 }, () => STORIES.leave(field, random)))
      await field.slack.until(() => field.inputs.every(({ token }) => field.board.mostCards(token) > 0), 20_000)
    },
  },

  'no-compare-and-set': {
    kind: 'sqlite',
    async play(field, bugs, seed) {
      await field.start({ bugs })
      const random = seededRandom(seed)
      await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          const input = await send(field, random)
          await Promise.all(
            [0, 1, 2].map((who) => press(field, input, 'accept', WORKERS[(index + who) % WORKERS.length]!)),
          )
        }),
      )
    },
  },

  /** A machine hangs with the request in its hand, another does its work, and then it comes back and sends. */
  'no-fence': {
    kind: 'postgres',
    options: () => ({ echo: false, timings: { sweepsMs: [200, 400, 700] } }),
    async play(field, bugs) {
      const zombie = await field.start({ bugs, pauseAt: { point: 'outbox.before-post', pass: 1 } })
      const sending = send(field, () => 0)
      await field.slack.until(() => isStopped(zombie.pid), 15_000)
      await sending
      await sleep(TIMINGS.leaseMs + 100)

      await field.start({ bugs })
      await field.slack.until(() => field.inputs.every(({ token }) => field.board.cards(token).length === 1), 15_000)
      await field.slack.until(async () => (await sweepsLeft(field)) === 0, 15_000)
      zombie.signal('SIGCONT')
      await field.slack.until(() => field.inputs.some(({ token }) => field.board.mostCards(token) === 2), 10_000)
    },
  },
}

const answersLost = (seed: number) => ({
  seed,
  rate: 0.6,
  methods: ['chat.postMessage'],
  kinds: ['accept-then-reset', 'accept-then-5xx'] as const,
})

async function leaveEight(field: Field, bugs: readonly PlantedBug[], seed: number): Promise<void> {
  await field.start({ bugs })
  const random = seededRandom(seed)
  await Promise.all(Array.from({ length: 8 }, () => STORIES.leave(field, random)))
  await field.slack.until(() => field.inputs.every(({ token }) => field.board.mostCards(token) > 0), 20_000)
}

export interface Bench {
  databaseUrl(kind: DatabaseKind, name: string): Promise<string>
  readonly seed: number
  say(line: string): void
  progress(line: string): void
  writeReport(summary: object): void
  readonly json: boolean
}

interface Verdict {
  readonly bug: PlantedBug
  readonly caughtBy: Readonly<Record<string, number>>
  readonly example: string
  /** What was found without the bug. */
  readonly falseAlarms: readonly Finding[]
  readonly trouble: string
}

/** Plays each scenario without its bug, which must be green, and with it, which must be red. The exit code. */
export async function tryBugs(bugs: readonly PlantedBug[], bench: Bench): Promise<number> {
  const waiting = [...bugs]
  const verdicts: Verdict[] = []
  const workers = Array.from({ length: 2 }, async () => {
    for (let bug = waiting.shift(); bug; bug = waiting.shift()) verdicts.push(await tryBug(bug, bench))
  })
  await Promise.all(workers)

  const passed = (verdict: Verdict) =>
    Object.keys(verdict.caughtBy).length > 0 && verdict.falseAlarms.length === 0 && verdict.trouble === ''
  const noticed = verdicts.filter(passed).length
  const summary = { ok: noticed === bugs.length, passed: noticed, failed: bugs.length - noticed, verdicts }
  bench.writeReport(summary)
  if (bench.json) bench.say(JSON.stringify(summary))
  else for (const verdict of verdicts) bench.say(tell(verdict, passed(verdict)))
  return summary.ok ? 0 : 1
}

async function tryBug(bug: PlantedBug, bench: Bench): Promise<Verdict> {
  const scenario = SCENARIOS[bug]
  const [without, planted] = [await play(bug, scenario, [], bench), await play(bug, scenario, [bug], bench)]
  // That it never rests would be noticed too, but is not what the bug is about.
  const caught = planted.findings.filter(({ check }) => check !== 'rest')
  const caughtBy: Record<string, number> = {}
  for (const { check } of caught) caughtBy[check] = (caughtBy[check] ?? 0) + 1
  return {
    bug,
    caughtBy,
    example: caught[0]?.what ?? '',
    falseAlarms: without.findings,
    trouble: [without.trouble, planted.trouble].filter(Boolean).join('; '),
  }
}

async function play(
  bug: PlantedBug,
  scenario: Scenario,
  bugs: readonly PlantedBug[],
  { databaseUrl, seed, progress }: Bench,
): Promise<{ readonly findings: readonly Finding[]; readonly trouble: string }> {
  const name = `${bug.replaceAll('-', '')}${bugs.length}`
  progress(`${bug}: ${bugs.length > 0 ? 'planted' : 'without it'}`)
  const field = await openField({
    name,
    kind: scenario.kind,
    url: await databaseUrl(scenario.kind, name),
    faults: undefined,
    ...scenario.options?.(seed),
  })
  try {
    await scenario.play(field, bugs, seed)
    const left = await field.rest(bugs.length > 0 ? REST_WITH_BUG_MS : REST_MS)
    const findings = await check(field, { noCopies: scenario.noCopies ?? false })
    return { findings: left === undefined ? findings : [...findings, { check: 'rest', what: left }], trouble: '' }
  } catch (error) {
    return {
      findings: [],
      trouble: `${bug} could not be tried: ${error instanceof Error ? error.message : String(error)}`,
    }
  } finally {
    await field.close()
  }
}

function tell({ bug, caughtBy, example, falseAlarms, trouble }: Verdict, passed: boolean): string {
  const by = Object.entries(caughtBy).map(([check, count]) => `${check} (${count})`)
  const lines = [
    `${passed ? '✓' : '✗'} ${bug.padEnd(20)} ${by.length > 0 ? `caught by ${by.join(', ')}: ${example}` : 'NOT NOTICED'}`,
  ]
  for (const { check, what } of falseAlarms) lines.push(`  without the bug: ${check}: ${what}`)
  if (trouble) lines.push(`  ${trouble}`)
  return lines.join('\n')
}

const quietly = (story: Promise<void>): Promise<void> => story.catch(() => undefined)

/** Whether the process was stopped by SIGSTOP, as Linux shows it. */
function isStopped(pid: number): boolean {
  const [, state] = /^\d+ \(.*\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  return state === 'T'
}

async function sweepsLeft({ sql }: Field): Promise<number> {
  const [row] = await sql.rows<{ readonly count: number | string }>(
    `select count(*) as count from slack_posts where state <> 'posted' or coalesce(sweeps, 0) < 3`,
  )
  return Number(row?.count ?? 1)
}
