import { expect, test } from 'vitest'
import { ownForms } from '../../../src/playground/page/own-forms.ts'
import type { PageView } from '../../../src/playground/page-contract.ts'

const aForm = (id: string) => ({ id }) as PageView

/** A tab whose clock stands until it is turned; what it keeps outlives it. */
function aTab(kept: { ids: string | null } = { ids: null }) {
  const clock = { ms: 0 }
  const set = (ids: string) => {
    kept.ids = ids
  }
  return { ...ownForms({ get: () => kept.ids, set }, () => clock.ms), clock, kept }
}

test('a form belongs to the tab whose gesture it answers', () => {
  const here = aTab()
  const elsewhere = aTab()
  here.gestured()

  expect(here.own(aForm('V1'))).toEqual(aForm('V1'))
  expect(elsewhere.own(aForm('V1'))).toBeNull()
  expect(elsewhere.own(null)).toBeNull()
})

test('it stays in its tab however long it is open, and through a reload', () => {
  const tab = aTab()
  tab.gestured()
  tab.own(aForm('V1'))
  tab.clock.ms = 3_600_000

  expect(tab.own(aForm('V1'))).toEqual(aForm('V1'))
  expect(aTab(tab.kept).own(aForm('V1'))).toEqual(aForm('V1'))
})

test('what opens long after the last gesture here answers one made elsewhere', () => {
  const tab = aTab()
  tab.gestured()
  tab.clock.ms = 10_001

  expect(tab.own(aForm('V1'))).toBeNull()
})
