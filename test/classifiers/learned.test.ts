import { expect, test } from 'vitest'
import { classifiers } from '../../src/classifiers/index.ts'
import { learned } from '../../src/classifiers/learned.ts'
import { fakeClock } from '../support/clock.ts'
import { silentLog } from '../support/log.ts'
import { aTicket } from '../support/tickets.ts'
import { aContext } from './support.ts'

const readsBack = {
  read: ({ text, fields }: { text: string; fields: Readonly<Record<string, string>> }) => ({
    topics: { billing: 1 },
    because: [text, ...Object.values(fields)],
  }),
}

test('the learner reads subject, body and fields', async () => {
  const said = await learned(readsBack).classify(
    aTicket({ subject: 'Charged', body: 'twice', fields: { page: '/pay' } }),
    aContext(),
  )

  expect(said).toEqual({ topics: { billing: 1 }, because: ['Charged\n\ntwice', '/pay'] })
})

test('the voices come in order, the language model only when it is set', () => {
  const tools = { model: readsBack, clock: fakeClock(), log: silentLog }
  const idsWith = (settings: { OPENAI_API_KEY?: string; OPENAI_BASE_URL?: string }) =>
    classifiers({ OPENAI_MODEL: 'm', OPENAI_API: 'responses', ...settings }, tools).map(({ id, slow }) => [id, slow])

  expect(idsWith({}).slice(0, 2)).toEqual([
    ['rules', false],
    ['learned', false],
  ])
  expect(idsWith({}).map(([id]) => id)).not.toContain('language-model')
  expect(idsWith({ OPENAI_API_KEY: 'k' }).at(-1)).toEqual(['language-model', true])
  expect(idsWith({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }).at(-1)).toEqual(['language-model', true])
})
