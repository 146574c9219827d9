import { describe, expect, test } from 'vitest'
import { ConnectorSettings, connectors } from '../../src/connectors/index.ts'
import { timestamp } from '../../src/core/time.ts'
import { RejectedError } from '../../src/errors.ts'

/** Every connector switched on: a new one adds its secret here. */
const SETTINGS = ConnectorSettings.parse({ WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` })
const now = timestamp('2026-11-22T12:00:00Z')
const shelf = connectors(SETTINGS)

const refusalOf = (attempt: () => unknown): RejectedError => {
  try {
    attempt()
  } catch (error) {
    if (error instanceof RejectedError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

test('nothing is open that was not configured', () => {
  expect(connectors(ConnectorSettings.parse({}))).toEqual([])
})

describe.each(shelf.map((connector) => [connector.id, connector] as const))('connector %s', (id, connector) => {
  test('has a name of its own that can stand in an address', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(shelf.filter((other) => other.id === id)).toHaveLength(1)
  })

  test.each(['{}', '', 'not json', '[]', 'null'])('refuses whoever did not sign %j, before it looks inside', (body) => {
    const { status, message } = refusalOf(() => connector.parse({ headers: {}, body }, now))

    expect(status).toBe(401)
    expect(message).toMatch(/^[A-Z].+[.]$/)
  })

  test.each(['', 'not json', 'null', '"text"', '{"__proto__":{"id":1}}', '['.repeat(100_000)])(
    'refuses a body for good that cannot be read: %#',
    (body) => {
      expect(refusalOf(() => connector.read(body, now)).status).toBe(400)
    },
  )
})
