import { expect, test } from 'vitest'
import { readAsStandIn } from '../../../src/playground/stage/stand-in.ts'

const topics = [{ id: 'billing', description: 'invoice, refund' }]

test('the summary is what stands under the subject; the subject where nothing does', () => {
  const summaryOf = (text: string) => readAsStandIn({ topics, text }).summary

  expect(summaryOf('Invoice 10442\n\nHello,\n\nit lists twelve seats, we have ten. Please correct it.')).toBe(
    'it lists twelve seats, we have ten.',
  )
  expect(summaryOf('Invoice 10442 is wrong\n\n')).toBe('Invoice 10442 is wrong')
})
