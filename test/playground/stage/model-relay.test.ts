import { expect, onTestFinished, test } from 'vitest'
import { LanguageModelSettings, languageModel } from '../../../src/classifiers/language-model.ts'
import type { Opinion } from '../../../src/core/classification.ts'
import type { Ticket } from '../../../src/core/ticket.ts'
import { type ModelRelay, modelRelay, type YourModel } from '../../../src/playground/stage/model-relay.ts'
import { aContext } from '../../classifiers/support.ts'
import { fakeClock } from '../../support/clock.ts'
import { fakeOpenAi } from '../../support/fake-openai.ts'
import { recordingLog } from '../../support/log.ts'
import { aTicket } from '../../support/tickets.ts'

async function aRelay(yours?: YourModel): Promise<ModelRelay> {
  const relay = await modelRelay({ yours, seed: 1, thinkMs: 1 })
  onTestFinished(() => relay.close())
  return relay
}

/** What the bot's own voice makes of it. */
async function ask(relay: ModelRelay, ticket: Partial<Ticket>, api: 'responses' | 'chat' = 'responses') {
  const settings = LanguageModelSettings.parse({ OPENAI_API_KEY: 'none', OPENAI_BASE_URL: relay.url, OPENAI_API: api })
  const voice = languageModel(settings, { clock: fakeClock(), log: recordingLog() })
  if (!voice) throw new Error('no language model')
  const { policy, ...context } = aContext()
  const topics = [
    { id: 'billing', name: 'Billing', description: 'invoice, charged twice, refund, VAT number', skill: 'billing' },
    { id: 'login', name: 'Login', description: 'cannot log in, password reset, locked out', skill: 'login' },
    { id: 'outage', name: 'Outage', description: 'platform down, unreachable, gateway timeout', skill: 'outage' },
  ]
  return voice.classify(aTicket(ticket), { ...context, policy: { ...policy, topics } })
}

const topicOf = (said: Opinion | { readonly silence: string }) =>
  'silence' in said ? said.silence : Object.entries(said.topics ?? {}).toSorted((a, b) => b[1] - a[1])[0]?.[0]

test.each(['responses', 'chat'] as const)('the stand-in reads by the descriptions, over the %s API', async (api) => {
  const relay = await aRelay()

  const bill = await ask(relay, { subject: 'Two invoices', body: 'You charged us twice, please refund one.' }, api)
  const login = await ask(relay, { subject: 'Help', body: 'I am locked out; the password reset does nothing.' }, api)
  const down = await ask(relay, { subject: 'Down', body: 'The platform is unreachable for everybody!' }, api)

  expect([bill, login, down].map(topicOf)).toEqual(['billing', 'login', 'outage'])
  expect('silence' in bill ? undefined : bill.flags).toEqual(['financial'])
  expect('silence' in down ? undefined : down.priorities?.P1).toBeGreaterThan(0.5)
})

test.each(['responses', 'chat'] as const)(
  'the stand-in answers a text in a language it does not know, and names no topic, over the %s API',
  async (api) => {
    const relay = await aRelay()

    const said = await ask(relay, { subject: 'Doppelt abgebucht', body: 'Bitte erstatten Sie den Betrag.' }, api)

    expect(said).toMatchObject({
      because: ['the language model cannot tell what this is about'],
      summary: 'Bitte erstatten Sie den Betrag.',
    })
    expect(said).not.toHaveProperty('topics')
  },
)

test('a model of your own is asked with your key, which the bot never sees', async () => {
  const model = await fakeOpenAi()
  onTestFinished(() => model.close())
  const relay = await aRelay({ baseUrl: model.baseUrl, key: 'sk-yours' })

  const said = await ask(relay, { subject: 'Two invoices', body: 'Twice.' })

  // Its fixed answer names a topic this policy has not got, which the bot sees through.
  expect(said).toEqual({ silence: 'the language model answered something that is not on the list' })
  expect(model.requests).toMatchObject([{ path: '/v1/responses', headers: { authorization: 'Bearer sk-yours' } }])
  expect(JSON.parse(model.requests[0]?.body ?? '')).toMatchObject({ input: expect.stringContaining('Two invoices') })
})

test('while it is down nobody is answered, and afterwards everybody again', async () => {
  const relay = await aRelay()

  relay.down = true
  expect(await ask(relay, { body: 'An invoice.' })).toEqual({ silence: 'the language model cannot be reached' })
  relay.down = false

  expect(topicOf(await ask(relay, { body: 'An invoice.' }))).toBe('billing')
})

test('what is no question of Waybill is refused', async () => {
  const relay = await aRelay()
  const ask = (path: string, body: string) => fetch(`${relay.url}${path}`, { method: 'POST', body })

  expect((await ask('/responses', '{"model":"x","input":"hello"}')).status).toBe(400)
  expect((await ask('/responses', 'not JSON')).status).toBe(400)
  expect((await ask('/embeddings', '{}')).status).toBe(404)
})
