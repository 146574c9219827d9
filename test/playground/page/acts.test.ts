import { expect, test } from 'vitest'
import { acts } from '../../../src/playground/page/acts.ts'
import type { Api } from '../../../src/playground/page/api.ts'
import { ownForms } from '../../../src/playground/page/own-forms.ts'
import { pageStore } from '../../../src/playground/page/store.ts'
import type { PageEvent, PageView, Snapshot } from '../../../src/playground/page-contract.ts'

const SNAPSHOT = {
  me: 'U1',
  people: [],
  channels: [{ id: 'C1', name: 'ops', kind: 'public', archived: false, joined: true, unread: 0, lastTs: null }],
  tickets: [],
  modal: null,
} as unknown as Snapshot

/** A page whose server answers as told; every other question is an error. */
function aPage(answers: Partial<Api>) {
  const asked: unknown[] = []
  let tell: (event: PageEvent) => void = () => {}
  let hungUp = 0
  const silent = new Proxy({} as Api, {
    get: (_, name) => () => Promise.reject(new Error(`nobody answers ${String(name)}`)),
  })
  const api: Api = Object.assign(Object.create(silent) as Api, {
    stream: (as: string | null, hear: (event: PageEvent) => void) => {
      asked.push(['stream', as])
      tell = hear
      return () => void hungUp++
    },
    ...answers,
  })
  const store = pageStore()
  const remembered: string[] = []
  const forms = ownForms({ get: () => null, set: () => {} }, () => 0)
  const act = acts(store, api, forms, (who) => remembered.push(who))
  act.actAs(null)
  tell({ kind: 'snapshot', snapshot: SNAPSHOT })
  return { act, store, asked, remembered, tell: (event: PageEvent) => tell(event), hungUp: () => hungUp }
}

test('acting as somebody else hangs up and connects anew; whose screen it is is remembered', () => {
  const { act, asked, remembered, hungUp } = aPage({})

  act.actAs('U2')

  expect(asked).toEqual([
    ['stream', null],
    ['stream', 'U2'],
  ])
  expect(hungUp()).toBe(1)
  expect(remembered).toEqual(['U1'])
})

test.each([
  [{ acked: true, ackMs: 4 }, undefined],
  [{ acked: false, ackMs: 3000 }, /did not answer in time \(operation_timeout\)/],
  [{ acked: false, ackMs: 4, status: 500 }, /HTTP 500/],
])('a click answered with %o', async (outcome, says) => {
  const { act, store } = aPage({ gesture: () => Promise.resolve(outcome) })

  const done = await act.gesture('click', { target: { channel: 'C1', ts: '1.0' }, control: 'b/a' }, 'C1/1.0/b/a')

  expect(done).toBe(says === undefined)
  const use = store.get().uses['C1/1.0/b/a']
  if (says) expect(use).toEqual({ state: 'failed', says: expect.stringMatching(says) })
  else expect(use).toBeUndefined()
})

test('a control is busy until its click is answered', async () => {
  let answer: (outcome: unknown) => void = () => {}
  const { act, store } = aPage({ gesture: () => new Promise((resolve) => (answer = resolve)) })

  const clicked = act.gesture('click', { target: 'home', control: 'b/a' }, 'home/b/a')
  expect(store.get().uses['home/b/a']).toEqual({ state: 'busy' })
  answer({ acked: true })
  await clicked

  expect(store.get().uses).toEqual({})
})

test('what was refused without a place is said in a toast', async () => {
  const { act, store } = aPage({
    gesture: () => Promise.reject(new Error('omar is not in ops and cannot write there.')),
  })

  expect(await act.gesture('say', { channel: 'C1', text: 'hello' })).toBe(false)
  expect(store.get().toasts).toMatchObject([{ says: 'omar is not in ops and cannot write there.' }])
})

test('a form hands back what is wrong with its fields', async () => {
  const errors = { topic: 'Which one?' }
  const { act, store } = aPage({
    gesture: () => Promise.resolve({ status: 'errors', errors, outcome: { acked: true } }),
  })

  expect(await act.submit({ 'topic/topic': 'x' })).toEqual(errors)
  expect(store.get().uses).toEqual({})
})

test('a form that broke says so on the form', async () => {
  const outcome = { acked: true, error: 'invalid_errors no input block nowhere' }
  const { act, store } = aPage({ gesture: () => Promise.resolve({ status: 'failed', errors: {}, outcome }) })

  expect(await act.submit({})).toEqual({})
  expect(store.get().uses['modal/submit']).toMatchObject({
    state: 'failed',
    says: expect.stringContaining('invalid_errors'),
  })
})

test('a page of messages that comes too late for somebody else is thrown away', async () => {
  let answer: (messages: []) => void = () => {}
  const { act, store, tell } = aPage({ messages: () => new Promise((resolve) => (answer = resolve)) })

  const loading = act.load('C1', false)
  tell({ kind: 'snapshot', snapshot: { ...SNAPSHOT, me: 'U2' } })
  answer([])
  await loading

  expect(store.get().rooms.C1).toMatchObject({ loaded: false, loading: false })
})

test('one page at a time, and none before the first', async () => {
  let asked = 0
  const { act } = aPage({
    async messages() {
      asked++
      return []
    },
  })

  await Promise.all([act.load('C1', false), act.load('C1', false)])
  await act.load('C1', true)

  expect(asked).toBe(1)
})

test('a form that another tab of this person opened stays there; one that answers a gesture here is shown', async () => {
  const { act, store, tell } = aPage({ gesture: () => Promise.resolve({ acked: true }) })
  const modal = { id: 'V1' } as PageView

  tell({ kind: 'modal', modal })
  tell({ kind: 'snapshot', snapshot: { ...SNAPSHOT, modal } })
  expect(store.get().modal).toBeNull()

  await act.gesture('command', { channel: 'C1', line: '/waybill' })
  tell({ kind: 'modal', modal: { ...modal, id: 'V2' } })
  expect(store.get().modal).toMatchObject({ id: 'V2' })
  tell({ kind: 'modal', modal: null })
  expect(store.get().modal).toBeNull()
})

test('a command and a message bring the end of their channel into view; a reply does not', async () => {
  const { act, store } = aPage({ gesture: () => Promise.resolve({ acked: true }) })
  const said = () => store.get().rooms.C1?.said

  await act.gesture('command', { channel: 'C1', line: '/waybill help' })
  expect(said()).toBe(1)
  await act.gesture('say', { channel: 'C1', text: 'hello' })
  expect(said()).toBe(2)
  await act.gesture('say', { channel: 'C1', text: 'hello', thread: '1.0' })
  expect(said()).toBe(2)
})
