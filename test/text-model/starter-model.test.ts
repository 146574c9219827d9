import { expect, test } from 'vitest'
import { starterModel } from '../../src/text-model/starter-model.ts'
import { readTicket, serialiseTicketModel } from '../../src/text-model/ticket-model.ts'

const CORPUS = [
  { text: 'I was charged twice, refund me', topic: 'billing', intent: 'complaint', priority: 'P2', urgency: 0.5 },
  { text: 'cannot sign in, password refused', topic: 'login', intent: 'problem', priority: 'P1', urgency: 1 },
  { text: 'could you add a dark theme', topic: 'feature', intent: 'request', priority: 'P4', urgency: 0 },
]
const LIFTS = [
  { id: 'lifts', name: 'Lifts', description: 'elevator stuck, doors' },
  { id: 'stairs', name: 'Stairs', description: 'escalator, handrail' },
]
const labelsOf = (shares: object) => Object.keys(shares).toSorted()

test('knows the topics of the house only, by their descriptions', () => {
  const { topic } = readTicket(starterModel(CORPUS, LIFTS), { text: 'the elevator is stuck' })

  expect(labelsOf(topic)).toEqual(['lifts', 'stairs'])
  expect(topic.lifts).toBeGreaterThan(topic.stairs!)
})

test('learns what a ticket wants and how urgent it is from every example, whatever the topics of the house', () => {
  const reading = readTicket(starterModel(CORPUS, LIFTS), { text: 'cannot sign in, password refused' })

  expect(labelsOf(reading.priority)).toEqual(['P1', 'P2', 'P4'])
  expect(labelsOf(reading.intent)).toEqual(['complaint', 'problem', 'request'])
  expect(reading.priority.P1).toBeGreaterThan(0.4)
  expect(reading.urgency).toBeGreaterThan(0.5)
})

test('takes the topics of the examples when the house has none yet', () => {
  const { topic } = readTicket(starterModel(CORPUS, []), { text: 'refund' })

  expect(labelsOf(topic)).toEqual(['billing', 'feature', 'login'])
})

test('is the same every time, bit for bit', () => {
  const bytes = () => Buffer.from(serialiseTicketModel(starterModel(CORPUS, LIFTS)))

  expect(bytes().equals(bytes())).toBe(true)
})
