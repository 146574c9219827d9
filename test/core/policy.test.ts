import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PRIORITIES } from '../../src/core/classification.ts'
import { teamId } from '../../src/core/ids.ts'
import { clashingRows, findRow, type MatrixRow, nameRow } from '../../src/core/policy.ts'

const row = (given: Partial<MatrixRow> = {}): MatrixRow => ({
  team: teamId(nameRow({ team: teamId(''), firstResponseMinutes: 0, resolutionMinutes: 0, ...given })),
  firstResponseMinutes: 60,
  resolutionMinutes: 120,
  ...given,
})

const anyRow = row()
const billing = row({ topic: 'billing' })
const enterprise = row({ tier: 'enterprise' })
const both = row({ topic: 'billing', tier: 'enterprise' })
const urgent = row({ topic: 'billing', tier: 'enterprise', priority: 'P1' })

describe('the routing matrix', () => {
  test.each([
    [{ topic: 'login', tier: undefined, priority: 'P3' }, anyRow],
    [{ topic: 'billing', tier: undefined, priority: 'P1' }, billing],
    [{ topic: 'login', tier: 'enterprise', priority: 'P3' }, enterprise],
    [{ topic: 'billing', tier: 'enterprise', priority: 'P3' }, both],
    [{ topic: 'billing', tier: 'enterprise', priority: 'P1' }, urgent],
  ] as const)('answers %o with its most specific row', (situation, expected) => {
    expect(findRow([urgent, anyRow, both, billing, enterprise], situation)).toBe(expected)
  })

  test('has nothing to say about what no row covers', () => {
    expect(findRow([billing], { topic: 'login', tier: undefined, priority: 'P3' })).toBeUndefined()
  })

  test('names rows the way people do', () => {
    expect(nameRow(urgent)).toBe('billing · enterprise · P1')
    expect(nameRow(anyRow)).toBe('any topic · any tier · any priority')
  })

  test('knows two rows nobody could choose between', () => {
    expect(clashingRows([anyRow, billing, enterprise])).toEqual([[1, 2]])
    expect(clashingRows([billing, row({ topic: 'billing' })])).toEqual([[0, 1]])
  })

  test('is content when a third row settles it', () => {
    expect(clashingRows([anyRow, billing, enterprise, both, urgent])).toEqual([])
  })

  test('without clashes gives the same row in whatever order it is written', () => {
    const field = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
    const rows = fc.array(
      fc
        .record({ topic: field('billing', 'login'), tier: field('enterprise', 'starter'), priority: field('P1', 'P2') })
        .map((given) => row(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))),
      { maxLength: 8 },
    )
    const situation = fc.record({
      topic: fc.constantFrom('billing', 'login', 'bug'),
      tier: fc.constantFrom('enterprise', 'starter', undefined),
      priority: fc.constantFrom(...PRIORITIES),
    })
    fc.assert(
      fc.property(rows, situation, (matrix, asked) => {
        fc.pre(clashingRows(matrix).length === 0)
        expect(findRow(matrix.toReversed(), asked)).toBe(findRow(matrix, asked))
      }),
    )
  })
})
