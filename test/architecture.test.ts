import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Who may import whom, by folder or file under src; the longest name that fits a file counts. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: ['core'],
  'text-model': ['text-model'],
  signals: ['signals', 'core'],
  ports: ['core'],
  errors: [],
  config: ['errors'],
  lib: ['lib', 'core/time.ts', 'ports', 'errors'],
  pipeline: ['pipeline', 'core', 'text-model', 'ports', 'errors', 'lib'],
  connectors: ['connectors', 'core', 'ports', 'errors', 'lib'],
  enrichers: ['enrichers', 'core', 'ports', 'errors', 'lib'],
  classifiers: ['classifiers', 'core', 'text-model', 'ports', 'errors', 'lib'],
  slack: ['slack', 'pipeline', 'core', 'ports', 'errors', 'lib'],
  'slack/actions': ['slack/actions', 'slack/action.ts', 'slack/modals', 'core'],
  'slack/cards': ['slack/cards', 'slack/actions/index.ts', 'slack/action.ts', 'core'],
  'slack/modals': ['slack/modals', 'slack/cards', 'slack/action.ts', 'core'],
  'slack/commands': [
    'slack/commands',
    'slack/command.ts',
    'slack/find-person.ts',
    'slack/perform-action.ts',
    'slack/cards',
    'core',
    'lib',
  ],
  metrics: ['metrics', 'core', 'ports'],
  'metrics/gauges': ['metrics/gauges', 'metrics/gauge.ts', 'core'],
  http: ['http', 'pipeline', 'core', 'ports', 'errors', 'lib'],
  storage: ['storage', 'core', 'ports', 'errors', 'lib', '../db'],
  queue: ['queue', 'storage/database.ts', 'storage/postgres.ts', 'core', 'ports', 'errors', 'lib', '../db'],
  playground: ['playground', 'app', 'connectors', 'core', 'ports', 'lib', 'errors'],
  // What Slack shows of the bot before anything is clicked, and whose ticket a message is about.
  'playground/page-server': [
    'playground',
    'app',
    'core',
    'lib',
    'errors',
    'slack/commands/index.ts',
    'slack/post-key.ts',
  ],
  cli: [
    'cli',
    'app',
    'config',
    'connectors',
    'core',
    'errors',
    'lib',
    'pipeline',
    'playground',
    'ports',
    'storage/backup',
  ],
  'cli/doctor': [
    'cli/doctor',
    'cli/output.ts',
    'app',
    'classifiers/index.ts',
    'config',
    'core',
    'errors',
    'lib',
    'ports',
    'slack/inspect.ts',
    'storage/inspect.ts',
    'storage/policy-document.ts',
  ],
  'cli/init': [
    'cli/init',
    'cli/doctor',
    'cli/policy.ts',
    'app',
    'config',
    'core',
    'errors',
    'lib',
    'ports',
    'slack/inspect.ts',
    'storage/inspect.ts',
  ],
  main: ['app', 'config', 'errors'],
  app: 'core text-model signals ports errors config lib pipeline connectors enrichers classifiers slack http metrics storage queue'.split(
    ' ',
  ),
  '../db': ['../db', 'errors'],
}

const PURE = ['core', 'text-model', 'signals', 'slack/actions', 'slack/cards', 'slack/modals', 'metrics/gauges']
const SHELVES = [
  'metrics/gauges',
  'playground/journey/chapters',
  'playground/scenes',
  'cli/doctor/checks',
  'signals',
  'enrichers',
  'classifiers',
  'connectors',
  'slack/actions',
  'slack/commands',
]

/** The one folder (or few) that owns each package. */
const PACKAGES: Record<string, readonly string[]> = {
  '@clack/prompts': ['cli/init'],
  '@hono/node-server': ['http', 'playground'],
  '@slack/bolt': ['slack'],
  '@slack/socket-mode': ['slack'],
  '@slack/types': ['slack'],
  '@slack/web-api': ['slack'],
  'better-sqlite3': ['storage'],
  commander: ['cli'],
  'csv-parse': ['cli', 'playground'],
  eld: ['lib'],
  'graphile-worker': ['queue'],
  hono: ['http', 'playground'],
  'html-to-text': ['lib'],
  kysely: ['storage', 'queue', '../db'],
  'node-cron': ['app'],
  nodemailer: ['connectors', 'playground'],
  openai: ['classifiers'],
  pg: ['storage', 'queue'],
  pino: ['lib'],
  'postal-mime': ['lib'],
  'prom-client': ['metrics'],
  re2js: ['classifiers'],
  react: ['playground/page'],
  'react-dom': ['playground/page'],
  'slack-blocks-to-jsx': ['playground/page'],
  standardwebhooks: ['connectors', 'playground'],
  'temporal-polyfill': ['core'],
  virtua: ['playground/page'],
  vite: ['playground/page-server'],
  ws: ['playground'],
  yaml: ['storage', 'playground/page-server'],
  zod: ['app', 'classifiers', 'cli', 'config', 'connectors', 'enrichers', 'http', 'playground', 'slack', 'storage'],
}

/** Built-in modules of folders that may have some only; the pure folders may have none. */
const BUILTINS: Record<string, readonly string[]> = { pipeline: ['node:crypto', 'node:child_process'] }

/** Who may look at a clock, wait or throw dice by itself; everyone else is handed time, ids and chance. */
const OWN_CLOCK = [
  'lib/clock.ts',
  'app.ts',
  'queue/',
  'playground/',
  'http/server.ts',
  'storage/sqlite.ts',
  'storage/postgres.ts',
  'storage/group-commit.ts',
  'storage/migrate.ts',
  'connectors/email/mail-reader.ts',
  'slack/receiver.ts',
  'slack/socket.ts',
  'cli/init/steps/test-ticket.ts',
  'classifiers/language-model.ts',
]

const files = [...globSync('src/**/*.{ts,tsx}'), ...globSync('db/**/*.ts')]
const text = (file: string) => readFileSync(file, 'utf8')

/** Every module a source names: static, for its type, for its effect, on demand. */
const importsIn = (source: string): readonly string[] =>
  [/^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'/gm, /^import '([^']+)'/gm, /\bimport\(\s*'([^']+)'\s*\)/g].flatMap(
    (pattern) => [...source.matchAll(pattern)].map((match) => match[1]!),
  )

const imports = (file: string) => importsIn(text(file))
const isOurs = (specifier: string) => specifier.startsWith('.')
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
const target = (file: string, specifier: string) => normalize(join(dirname(file), specifier))
/** The name a file has in the tables: its path under src. */
const nameOf = (path: string) => (path.startsWith('src/') ? path.slice(4) : `../${path}`)
const lies = (name: string, place: string) =>
  name === place || name === `${place}.ts` || name.startsWith(place.endsWith('/') ? place : `${place}/`)
const placeOf = (file: string, places: readonly string[]) =>
  places.filter((place) => lies(nameOf(file), place)).toSorted((a, b) => b.length - a.length)[0]

test('the scanner sees every kind of import', () => {
  const source = [
    "import a, { b } from './a.ts'",
    "import type {\n  C,\n} from '../c.ts'",
    "export { d } from './d.ts'",
    "export * from 'e'",
    "import 'f/g'",
    "const h = await import('./h.ts')",
  ].join('\n')

  expect([...importsIn(source)].sort()).toEqual(['./a.ts', '../c.ts', './d.ts', 'e', 'f/g', './h.ts'].toSorted())
  expect(files.length).toBeGreaterThan(100)
})

describe.each(files)('%s', (file) => {
  const place = placeOf(file, Object.keys(MAY_IMPORT))

  test('imports only what its folder may', () => {
    if (place === undefined) return expect.fail(`add ${nameOf(file)} to MAY_IMPORT`)
    const named = imports(file)
      .filter(isOurs)
      .map((specifier) => nameOf(target(file, specifier)))

    expect(named.filter((name) => !MAY_IMPORT[place]!.some((allowed) => lies(name, allowed)))).toEqual([])
  })

  test('names files that exist, with their ending', () => {
    const missing = imports(file)
      .filter(isOurs)
      .filter((specifier) => globSync(target(file, specifier)).length === 0)

    expect(missing).toEqual([])
  })

  test('uses packages where they are at home', () => {
    const foreign = imports(file)
      .filter((specifier) => !isOurs(specifier) && !isBuiltin(specifier))
      .map(packageOf)
      .filter((name) => !PACKAGES[name]?.some((owner) => lies(nameOf(file), owner)))

    expect(foreign).toEqual([])
  })

  test('takes time, chance, settings and the terminal from its caller', () => {
    const source = text(file)

    if (!OWN_CLOCK.some((owner) => lies(nameOf(file), owner)))
      expect(source).not.toMatch(
        /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetTimeout\b|\bsetInterval\b|performance\.now/,
      )
    if (!['main.ts', 'cli.ts'].includes(nameOf(file))) expect(source).not.toMatch(/process\.env\b/)
    if (!lies(nameOf(file), 'cli')) expect(source).not.toMatch(/\bconsole\.\w+\(/)
    if (place && BUILTINS[place])
      expect(imports(file).filter((name) => isBuiltin(name) && !BUILTINS[place]!.includes(name))).toEqual([])
  })
})

test.each(files.filter((file) => placeOf(file, PURE)))('%s does no input or output', (file) => {
  expect(imports(file).filter((specifier) => isBuiltin(specifier))).toEqual([])
  expect(text(file)).not.toMatch(/\bawait\b|\basync\b|\bfetch\(|\bprocess\./)
})

test.each(SHELVES)('every file on the shelf %s is in its catalogue, and knows no sibling', (shelf) => {
  const entries = globSync(`src/${shelf}/*.ts`).filter((file) => !file.endsWith('/index.ts'))
  const catalogue = imports(`src/${shelf}/index.ts`)

  expect(entries).not.toEqual([])
  for (const entry of entries) {
    expect(catalogue).toContain(`./${entry.split('/').at(-1)}`)
    expect(
      imports(entry).filter((specifier) => /^\.\/[^/]+\.ts$/.test(specifier)),
      entry,
    ).toEqual([])
  }
})

test('every package in the table is used where the table says', () => {
  const used = files.flatMap((file) => imports(file).map((specifier) => ({ name: packageOf(specifier), file })))

  for (const [name, owners] of Object.entries(PACKAGES))
    for (const owner of owners)
      expect(
        used.some((use) => use.name === name && lies(nameOf(use.file), owner)),
        `${name} in ${owner}`,
      ).toBe(true)
  for (const owner of OWN_CLOCK)
    expect(
      files.some((file) => lies(nameOf(file), owner)),
      owner,
    ).toBe(true)
})

test('no file imports itself by a detour, not even for a type', () => {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    expect(path, [...path, file].join(' -> ')).not.toContain(file)
    if (done.has(file)) return
    for (const specifier of imports(file)) if (isOurs(specifier)) visit(target(file, specifier), [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
})

test('only the command line knows the playground', () => {
  const users = files.filter((file) =>
    imports(file).some((specifier) => isOurs(specifier) && lies(nameOf(target(file, specifier)), 'playground')),
  )

  expect(users.filter((file) => !['playground', 'cli'].some((place) => lies(nameOf(file), place)))).toEqual([])
})
