import { expect, test } from 'vitest'
import { crossValidate, mostProbable } from '../../src/text-model/cross-validate.ts'
import { clone, learn, predict, train } from '../../src/text-model/model.ts'
import { starterCorpus, UNTAUGHT, WHERE_DATA_LIVES } from './support.ts'

const EXAMPLES = starterCorpus().map(({ text, topic }) => ({ text, label: topic }))
/** Every third ticket is kept away from training, to see what lessons do to tickets nobody taught. */
const TRAINED = EXAMPLES.filter((_, index) => index % 3 !== 0)
const UNRELATED = EXAMPLES.filter((_, index) => index % 3 === 0).slice(0, 200)
const trained = train(TRAINED, { seed: 7 })

const topLabel = (model: typeof trained, text: string) => mostProbable(predict(model, text).probabilities)

/** As a router with a threshold sees it: a label, or people decide. */
function decision(model: typeof trained, text: string): string {
  const { probabilities } = predict(model, text)
  const label = mostProbable(probabilities)
  return probabilities[label]! >= 0.6 ? label : 'people decide'
}

function afterTwentyLessons(label: string) {
  const model = clone(trained)
  for (const text of WHERE_DATA_LIVES) learn(model, { text, label }, 1)
  const changed = UNRELATED.filter(({ text }) => topLabel(model, text) !== topLabel(trained, text))
  const decided = UNRELATED.filter(({ text }) => decision(model, text) !== decision(trained, text))
  return { model, changed, decided }
}

test('the same seed gives the same probabilities, another seed may not', () => {
  const again = train(TRAINED, { seed: 7 })

  expect(predict(again, UNTAUGHT)).toEqual(predict(trained, UNTAUGHT))
  expect(predict(train(TRAINED, { seed: 8 }), UNTAUGHT)).not.toEqual(predict(trained, UNTAUGHT))
})

test('probabilities sum to one, and the evidence is words of the ticket', () => {
  const { probabilities, evidence } = predict(trained, 'I forgot my password and the reset link never arrives')

  expect(Object.values(probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  expect(mostProbable(probabilities)).toBe('login')
  expect(evidence.map(({ term }) => term)).toContain('password')
  expect(evidence.every(({ weight }) => weight > 0)).toBe(true)
})

test('a text without a single known feature gets the shares of the training set, and no evidence', () => {
  const { probabilities, evidence } = predict(trained, '')

  expect(Math.max(...Object.values(probabilities))).toBeLessThan(0.4)
  expect(evidence).toEqual([])
})

test.each(['login', 'integrations', 'data-protection'])(
  'twenty corrections to %s move the next one in unseen words, and hardly anything else',
  (label) => {
    const { model, changed, decided } = afterTwentyLessons(label)

    expect(topLabel(trained, UNTAUGHT)).not.toBe(label)
    expect(decision(model, UNTAUGHT)).toBe(label)
    expect(UNRELATED).toHaveLength(200)
    expect(changed.length).toBeLessThanOrEqual(4)
    expect(decided.length).toBeLessThanOrEqual(4)
  },
)

test('whichever correction is left out, the other nineteen read it right about every second time', () => {
  const right = WHERE_DATA_LIVES.filter((left) => {
    const model = clone(trained)
    for (const text of WHERE_DATA_LIVES) if (text !== left) learn(model, { text, label: 'data-protection' }, 1)
    return topLabel(model, left) === 'data-protection'
  })

  expect(right.length).toBeGreaterThanOrEqual(9)
})

test('topics nobody trained are learned from lessons alone, and the trained ones are still known', () => {
  const isNew = ({ label }: { label: string }) => ['api', 'billing', 'howto', 'login'].includes(label)
  const model = train(
    TRAINED.filter((example) => !isNew(example)),
    { seed: 7 },
  )
  const held = EXAMPLES.filter((_, index) => index % 3 === 0)
  const share = (examples: typeof held) =>
    examples.filter(({ text, label }) => topLabel(model, text) === label).length / examples.length
  const old = held.filter((example) => !isNew(example))
  const before = share(old)

  for (const example of TRAINED.filter(isNew)) learn(model, example, 1)

  expect(share(held.filter(isNew))).toBeGreaterThanOrEqual(0.75)
  expect(share(old)).toBeGreaterThanOrEqual(before - 0.3)
})

test('confirming what it was trained on costs nothing elsewhere', () => {
  const model = clone(trained)

  for (const example of TRAINED) learn(model, example, 1)

  const changed = UNRELATED.filter(({ text }) => topLabel(model, text) !== topLabel(trained, text))
  expect(changed.length).toBeLessThanOrEqual(4)
})

test('a lesson the model knows already changes nothing', () => {
  const model = clone(trained)
  const lesson = { text: WHERE_DATA_LIVES[0], label: 'data-protection' }
  for (let time = 0; time < 20; time++) learn(model, lesson, 1)
  const learnt = predict(model, lesson.text)

  learn(model, lesson, 1)

  expect(predict(model, lesson.text)).toEqual(learnt)
})

test('a heavier lesson moves more, and a lesson without weight is refused', () => {
  const shares = [0.25, 1, 3].map((weight) => {
    const model = clone(trained)
    learn(model, { text: UNTAUGHT, label: 'login' }, weight)
    return predict(model, UNTAUGHT).probabilities.login!
  })

  expect(shares).toEqual([...shares].sort((a, b) => a - b))
  for (const weight of [0, -1, Number.NaN, 11])
    expect(() => learn(clone(trained), { text: UNTAUGHT, label: 'login' }, weight)).toThrow(/above 0 and at most 10/)
})

test('a clone learns for itself', () => {
  const before = predict(trained, UNTAUGHT)
  const copy = clone(trained)

  learn(copy, { text: UNTAUGHT, label: 'entirely-new' }, 1)

  expect(predict(trained, UNTAUGHT)).toEqual(before)
  expect(Object.keys(predict(copy, UNTAUGHT).probabilities)).toContain('entirely-new')
})

test('names and descriptions are enough to start with', () => {
  const model = train([], {
    seed: 1,
    descriptions: [
      { label: 'billing', description: 'invoices, charges, refunds, payments and VAT' },
      { label: 'login', description: 'passwords, sign-in, two-factor codes, locked accounts' },
    ],
  })

  expect(topLabel(model, 'You charged us twice, please refund the second payment')).toBe('billing')
  expect(topLabel(model, 'My account got locked after three wrong passwords')).toBe('login')
})

test('fields count beside the words', () => {
  const examples = ['web', 'api'].flatMap((source) =>
    ['It fails since noon', 'Nothing happens', 'Please have a look'].map((text) => ({
      text,
      label: source,
      fields: { source },
    })),
  )
  const model = train(examples, { seed: 1 })

  expect(mostProbable(predict(model, 'Nothing happens', { source: 'api' }).probabilities)).toBe('api')
  expect(mostProbable(predict(model, 'Nothing happens', { source: 'web' }).probabilities)).toBe('web')
})

test('cross-validation reads every example once, by a model that has not seen it', () => {
  const random = EXAMPLES.slice(0, 60).map(({ text }, index) => ({ text, label: index % 2 ? 'odd' : 'even' }))
  const plain = Array.from({ length: 40 }, (_, index) => ({
    text: index % 2 ? `router number ${index} is broken` : `please pay bill ${index}`,
    label: index % 2 ? 'hardware' : 'money',
  }))

  expect(crossValidate(plain, { seed: 1 })).toMatchObject({ accuracy: 1, perLabel: { hardware: 1, money: 1 } })
  expect(crossValidate(random, { seed: 1 }).accuracy).toBeLessThan(0.75)
})
