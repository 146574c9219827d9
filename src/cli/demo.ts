import { spawn } from 'node:child_process'
import type { Settings } from '../app.ts'
import { RejectedError } from '../errors.ts'
import { type DemoFlags, unheeded } from './demo-flags.ts'
import type { Output } from './output.ts'

export interface DemoSurroundings {
  readonly settings: Settings
  readonly output: Output
  /** Whether a browser can be opened: somebody sits at a desktop of this machine. */
  readonly hasDesktop: boolean
}

/**
 * `waybill demo`: the playground with its page; with --terminal or --headless the same bot in this process and no page.
 * RejectedError when an option would not be heeded.
 */
export async function demo(flags: DemoFlags, surroundings: DemoSurroundings): Promise<void> {
  const wrong = unheeded(flags)
  if (wrong !== undefined) throw new RejectedError(wrong)
  const ended = untilEnded()
  if (!flags.headless && !flags.terminal) return onPage(flags, surroundings, ended)
  if (flags.scene !== undefined) return sceneAlone(flags.scene, flags, surroundings, ended)
  return inTerminal(flags, surroundings, ended)
}

async function onPage(flags: DemoFlags, { settings, output, hasDesktop }: DemoSurroundings, ended: Promise<void>) {
  const { startPlayground } = await import('../playground/playground.ts')
  output.err('Waybill starts, with a Slack of our own around it …')
  let isEnding = false
  void ended.then(() => {
    isEnding = true
    output.err('Ending …')
  })
  const playground = await startPlayground({
    settings,
    port: flags.port,
    scene: flags.scene,
    // Who waits for the end of the stream wants one that ends, whether somebody watches or not.
    tickets: flags.tickets ?? (flags.exit && flags.data === undefined ? TICKETS : undefined),
    unwatched: flags.exit,
    data: flags.data,
    perMinute: flags.speed,
    keep: flags.keep,
    peopleWork: flags.people,
    model: flags.model ? undefined : 'none',
    say: output.err,
  }).catch((error: unknown) => {
    // Ctrl-C reaches the bot too, which then cannot start any more.
    if (!isEnding) throw error
  })
  if (!playground) return

  const { stage, url, stop } = playground
  try {
    output.out(`The playground is at ${url}   (Ctrl-C ends it)`)
    output.err(`Language model: ${stage.model.says}.`)
    if (flags.open && hasDesktop) openBrowser(url)
    const isOver = streamOver(stage).then((words) => output.err(words))
    await (flags.exit ? Promise.race([isOver, ended]) : ended)
  } finally {
    await stop()
  }
}

/** So many of the demo's own tickets when nobody says how many. */
const TICKETS = 60

interface Fed {
  readonly feeder: {
    readonly state: {
      readonly sent: number
      readonly refused?: number
      readonly total: number | null
    }
  }
  onChange(listener: () => void): () => void
}

/** Resolves with words for people once everything that can come has come. */
function streamOver({ feeder, onChange }: Fed): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const { sent, refused = 0, total } = feeder.state
      if (total === null || sent + refused < total) return
      stopLooking()
      const how = refused === 0 ? `all ${total} tickets` : `${sent} of ${total} tickets, and refused the rest`
      resolve(`The stream is over: Waybill has ${how}. Write one of your own, or break something.`)
    }
    const stopLooking = onChange(look)
    look()
  })
}

/** Tells a scene and ends; the exit code says whether it came true. */
async function sceneAlone(
  scene: string,
  flags: DemoFlags,
  { settings, output }: DemoSurroundings,
  ended: Promise<void>,
): Promise<void> {
  const { playAlone } = await import('../playground/play-alone.ts')
  const { keep } = flags
  const play = await playAlone(scene, { settings, keep, model: flags.model ? undefined : 'none' }, output.out)
  const isTrue = await Promise.race([play.over, ended])
  await play.stop()
  // What the scene still waited for would keep the process.
  if (isTrue === undefined) process.exit(130)
  process.exitCode = isTrue ? 0 : 1
}

async function inTerminal(flags: DemoFlags, { settings, output }: DemoSurroundings, ended: Promise<void>) {
  const { headless, pace, exit, json, model, tickets = TICKETS } = flags
  const { startDemo } = await import('../playground/demo/demo.ts')
  const say = headless && json ? output.err : output.out
  const demo = await startDemo({
    tickets,
    headless,
    paceMs: pace ?? (headless ? 0 : 1_000),
    settings: model ? settings : withoutModel(settings),
    say,
  })
  try {
    const report = await Promise.race([demo.run(), ended])
    if (!report) return
    if (json) output.out(JSON.stringify(report))
    else
      say(
        `\n${report.tickets} tickets, ${report.cards} cards; half within ${report.p50Ms} ms of their ticket, 99 of 100 within ${report.p99Ms} ms.\n` +
          `Clicks: ${report.accepted} Accept, ${report.reassigned} Reassign, ${report.escalated} Escalate; ${report.corrected} corrected what Waybill knows.`,
      )
    if (exit) return
    say('Still running; Ctrl-C ends it.')
    await ended
  } finally {
    await demo.stop()
  }
}

const withoutModel = (settings: Settings): Settings => ({
  ...settings,
  OPENAI_API_KEY: undefined,
  OPENAI_BASE_URL: undefined,
})

/** Ctrl-C, or whoever else asks this process to end. Asked twice it ends no sooner: npm sends Ctrl-C a second time. */
function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

/** Whether this environment has a desktop to open a browser on. */
export function hasDesktop(
  environment: Readonly<Record<string, string | undefined>>,
  { platform, isTerminal }: { readonly platform: NodeJS.Platform; readonly isTerminal: boolean },
): boolean {
  if (!isTerminal || environment.SSH_CONNECTION || environment.CI) return false
  return platform === 'darwin' || platform === 'win32' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

function openBrowser(url: string): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  const opener = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  // No browser, no harm: the address is on the screen.
  opener.once('error', () => undefined)
  opener.unref()
}

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}
