export interface DemoFlags {
  readonly tickets?: number | undefined
  readonly headless: boolean
  readonly terminal: boolean
  readonly pace?: number | undefined
  readonly exit: boolean
  readonly json: boolean
  readonly port: number
  readonly scene?: string | undefined
  readonly data?: string | undefined
  readonly speed?: number | undefined
  readonly keep?: string | undefined
  readonly people: boolean
  readonly model: boolean
  readonly open: boolean
}

type Way = 'page' | 'terminal' | 'scene'

/** RejectedError's words for options that would not be heeded the way the demo is started; undefined when all are. */
export function unheeded(flags: DemoFlags): string | undefined {
  if (flags.headless && flags.terminal) return 'Choose one of --headless and --terminal.'
  const way: Way = !flags.headless && !flags.terminal ? 'page' : flags.scene === undefined ? 'terminal' : 'scene'
  const wrong = GIVEN.filter(([, isGiven, ways]) => isGiven(flags) && !ways.includes(way)).map(([name]) => name)
  if (wrong.length === 0) return undefined
  return `${wrong.join(', ')} ${wrong.length === 1 ? 'does' : 'do'} not go with ${WAYS[way](flags)}.`
}

/** What is given, and where it counts. */
const GIVEN: readonly (readonly [name: string, isGiven: (flags: DemoFlags) => boolean, ways: readonly Way[]])[] = [
  ['--data', ({ data }) => data !== undefined, ['page']],
  ['--tickets', ({ tickets }) => tickets !== undefined, ['page', 'terminal']],
  ['--speed', ({ speed }) => speed !== undefined, ['page']],
  ['--people', ({ people }) => people, ['page']],
  ['--keep', ({ keep }) => keep !== undefined, ['page', 'scene']],
  ['--pace', ({ pace }) => pace !== undefined, ['terminal']],
  ['--json', ({ json }) => json, ['terminal']],
]

const WAYS: Readonly<Record<Way, (flags: DemoFlags) => string>> = {
  page: () => 'the page; it needs --headless or --terminal',
  terminal: (flags) =>
    `${pageless(flags)}, which plays the demo's own tickets with people who click; leave ${pageless(flags)} out for the page`,
  scene: (flags) =>
    `${pageless(flags)} --scene, which plays the scene alone; leave ${pageless(flags)} out for the page`,
}

const pageless = ({ headless }: DemoFlags): string => (headless ? '--headless' : '--terminal')
