import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import BetterSqlite from 'better-sqlite3'
import { slackWorkspace } from '../../src/playground/workspace/workspace.ts'
import { runCommand, startMain } from '../support/main-process.ts'
import { CHANNELS, PEOPLE, policyDocument, SIGNING_SECRET, WEBHOOK_SECRET } from '../support/workplace.ts'
import { isOffered, loadOn } from './load.ts'
import { inCheckout, likeTheImage } from './place.ts'

/**
 * The restore drill with the real bot in a process of its own: a backup while tickets pour in, work that the backup does not know, a stop
 * under load, a restore, a start. Prints figures; ends with 1 when a promise is broken.
 */
const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '200' },
    image: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'npm run drill -- [options]\n  --tickets <n>  how many before the backup (default 200)\n  --image        installed like the container image: production packages, as nobody, read-only tree (root, network)\n  --json         only the line of JSON\n',
  )
  process.exit(0)
}
const COUNT = Number(values.tickets)
const say = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`)
}
const seconds = (from: number) => Math.round((performance.now() - from) / 10) / 100
const broken: string[] = []
const promise = (holds: boolean, what: string) => {
  say(`${holds ? 'held  ' : 'BROKEN'}  ${what}`)
  if (!holds) broken.push(what)
}

const slack = await slackWorkspace({ signingSecret: SIGNING_SECRET, people: PEOPLE, channels: CHANNELS, echo: true })
const environment = {
  PORT: '0',
  WEBHOOK_SECRET,
  SLACK_BOT_TOKEN: slack.app.botToken,
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_API_URL: slack.app.slackApiUrl,
}
const place = values.image ? likeTheImage(environment) : inCheckout(environment)
const load = loadOn(slack)
const policy = join(place.data, 'policy.yml')
const file = join(place.data, 'drill.backup')
writeFileSync(policy, policyDocument())
if (place.runAs !== undefined) chownSync(policy, place.runAs, place.runAs)

try {
  await runCommand(place, ['policy', 'import', policy])
  const starting = performance.now()
  let main = await startMain(place)
  const startSeconds = seconds(starting)
  slack.deliverTo(`${main.url}/slack/events`)
  say(
    `serves after ${startSeconds} s as ${place.runAs === undefined ? 'ourselves' : 'nobody, in a tree it may not write'}`,
  )

  const before = await load.send(main.url, 'before', COUNT)
  await load.haveCards(before)
  await load.accept(before.slice(0, 10))

  const enough = new AbortController()
  const pouring = load.pour(main.url, 'during', enough.signal)
  const backingUp = performance.now()
  const backup = JSON.parse(await runCommand(place, ['backup', file, '--json'])) as {
    readonly bytes: number
    readonly rows: Readonly<Record<string, number>>
  }
  const backupSeconds = seconds(backingUp)
  enough.abort()
  const during = await pouring
  say(
    `backup: ${backup.rows.tickets} tickets, ${(backup.bytes / 1e6).toFixed(2)} MB in ${backupSeconds} s, ${during.length} tickets came in meanwhile`,
  )

  const after = await load.send(main.url, 'after', Math.ceil(COUNT / 4))
  await load.haveCards([...during, ...after])
  await load.accept(before.slice(10, 20))

  const stopping = new AbortController()
  const last = load.pour(main.url, 'last', stopping.signal)
  const postedThen = load.posted()
  await slack.until(() => load.posted() > postedThen + 5, 60_000)
  const { ms: stopMs, code } = await main.stop()
  stopping.abort()
  const acknowledged = await last
  slack.deliverTo(undefined)
  promise(code === 0 && stopMs < 10_000, `stopped under load within 10 s: ${stopMs} ms, exit code ${String(code)}`)
  promise(
    await fetch(`${main.url}/healthz`).then(
      () => false,
      () => true,
    ),
    'takes no request once it stopped',
  )
  const held = deliveries()
  promise(
    acknowledged.every((token) => held.has(token)),
    `every one of ${acknowledged.length} webhooks acknowledged while it was stopped is on disk`,
  )

  const cardsBefore = load.posted()
  const shownBefore = new Set(
    [...before, ...during, ...after, ...acknowledged].filter((token) => load.shown.of(token).length > 0),
  )
  const restoring = performance.now()
  await runCommand(place, ['restore', file, '--replace', '--json'])
  const restoreSeconds = seconds(restoring)
  const known = tickets()
  promise(
    before.every((token) => known.has(token)),
    `nothing committed before the backup is missing: ${before.length} of ${before.length} found, ${known.size} in all`,
  )

  main = await startMain(place)
  slack.deliverTo(`${main.url}/slack/events`)
  const compared = await main.says('cards were compared with Slack after a restore')
  const all = [...before, ...during, ...after, ...acknowledged]
  const lost = all.filter((token) => !known.has(token) && load.shown.cards(token).length > 0)
  await load.haveCards([...known])
  /** Its oldest card; a newer one belongs to a ticket that was made of the same webhook. */
  const isMarked = (token: string) => {
    const [card] = load.shown.cards(token)
    return card?.controls.length === 0 && card.shows.includes('not know this ticket')
  }
  await slack.until(() => lost.length > 0 && lost.every(isMarked), 60_000).catch(() => undefined)
  await slack
    .until(() => before.slice(10, 20).every((token) => isOffered(load.shown, token)), 60_000)
    .catch(() => undefined)

  const clickable = (token: string) => load.shown.cards(token).filter(({ controls }) => controls.length > 0).length
  const doubled = all.filter((token) => clickable(token) > 1)
  // A webhook that was stored but not yet a ticket when the backup began is one now: its old card is marked, it has a new one.
  const reborn = all.filter((token) => clickable(token) === 1 && load.shown.cards(token).length > 1)
  const reposted = load.posted() - cardsBefore
  const firstPosts = [...known].filter((token) => !shownBefore.has(token)).length
  promise(doubled.length === 0, `no card is there twice: ${doubled.length} of ${all.length} doubled`)
  promise(
    reposted <= firstPosts + reborn.length,
    `no card was posted again: ${reposted} posts since, ${firstPosts} first ones, ${reborn.length} of webhooks that were no ticket yet`,
  )
  promise(lost.every(isMarked), `${lost.length} cards of tickets the backup does not know say so and have no buttons`)
  promise(
    before.slice(10, 20).every((token) => isOffered(load.shown, token)),
    'cards of 10 tickets accepted after the backup are drawn as the backup remembers them',
  )
  const end = await main.stop()
  promise(end.code === 0, `stopped again in ${end.ms} ms`)
  const outside = place.writtenOutside()
  promise(
    outside.length === 0,
    `nothing was written outside data and tmp${outside.length > 0 ? `: ${outside.slice(0, 5).join(', ')}` : ''}`,
  )

  const { adopted, redrawn, orphaned } = compared as Readonly<Record<string, number>>
  const figures = {
    ticketsBefore: before.length,
    ticketsDuring: during.length,
    ticketsAfter: after.length,
    ticketsFound: known.size,
    cardsBefore,
    adopted,
    redrawn,
    orphaned,
    doubled: doubled.length,
    reborn: reborn.length,
    backupSeconds,
    restoreSeconds,
    megabytes: Math.round(backup.bytes / 1e4) / 100,
    startSeconds,
    stopMs,
    broken,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} finally {
  await slack.close()
  place.remove()
}
process.exit(broken.length === 0 ? 0 : 1)

function database(): BetterSqlite.Database {
  return new BetterSqlite(join(place.data, 'waybill.db'), { readonly: true })
}

/** Tokens of the tickets in the database. */
function tickets(): ReadonlySet<string> {
  const open = database()
  const subjects = open.prepare<[], string>('select subject from tickets').pluck().all()
  open.close()
  return new Set(subjects.flatMap((subject) => /^T-[a-z]+-\d+/.exec(subject)?.[0] ?? []))
}

/** Tokens of the webhooks in the inbox. */
function deliveries(): ReadonlySet<string> {
  const open = database()
  const payloads = open.prepare<[], string>("select payload from inbox where kind = 'webhook'").pluck().all()
  open.close()
  return new Set(payloads.flatMap((payload) => /T-[a-z]+-\d+/.exec(payload)?.[0] ?? []))
}
