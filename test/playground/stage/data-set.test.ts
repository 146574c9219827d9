import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readDataSet } from '../../../src/playground/stage/data-set.ts'
import { aFile, aFolder } from './support.ts'

test('JSON lines as public sets have them; a line that is no JSON is named and left out', async () => {
  const path = await aFile(
    'banking.jsonl',
    '{"text": "How do I locate my card?", "label": "card_arrival"}\n{"text": "broken\n\n{"label": "card_arrival"}\n{"text": "Is there a fee?", "label": "fees"}\n',
  )

  const { source, tickets, faults } = await readDataSet(path)

  expect(source).toBe('banking.jsonl')
  expect(tickets.map(({ body, topic }) => [body, topic])).toEqual([
    ['How do I locate my card?', 'card_arrival'],
    ['Is there a fee?', 'fees'],
  ])
  expect(faults).toEqual([
    { line: 2, reason: expect.stringContaining('It is not JSON') },
    { line: 4, reason: expect.stringContaining('None of body, text, description') },
  ])
})

test('CSV with names, in quotes and over several lines; a row with a missing cell is named by its line', async () => {
  const path = await aFile(
    'tickets.csv',
    'Ticket ID,Customer Email,Subject,Description,Priority,Topic\n1,"Ada <ada@acme-gmbh.example>","Twice, again","Charged\ntwice",P2,billing\n2,bob\n3,carl@x.example,Login,Cannot log in,high,login\n',
  )

  const { tickets, faults } = await readDataSet(path)

  expect(tickets).toEqual([
    {
      from: { name: 'Ada', email: 'ada@acme-gmbh.example' },
      subject: 'Twice, again',
      body: 'Charged\ntwice',
      topic: 'billing',
      priority: 'P2',
    },
    {
      from: { name: 'carl@x.example', email: 'carl@x.example' },
      subject: 'Login',
      body: 'Cannot log in',
      topic: 'login',
    },
  ])
  expect(faults).toEqual([{ line: 4, reason: 'It has 2 cells where the first line names 6.' }])
})

test('TSV without names: the wordy column is the text', async () => {
  const path = await aFile('atis.tsv', 'flight\tshow me flights to Boston\nfare\thow much is a ticket\n')

  const { tickets } = await readDataSet(path)

  expect(tickets.map(({ body, topic }) => [body, topic])).toEqual([
    ['show me flights to Boston', 'flight'],
    ['how much is a ticket', 'fare'],
  ])
})

test.each([
  ['an array of objects', '[{"utterance": "Hello there", "intent": "greet"}, 7]', [2]],
  ['lists by name, of pairs', '{"train": [["Hello there", "greet"], []], "oos": []}', [2]],
])('a JSON document with %s', async (_, text, faulty) => {
  const { tickets, faults } = await readDataSet(await aFile('set.json', text))

  expect(tickets).toMatchObject([{ body: 'Hello there', topic: 'greet' }])
  expect(faults.map(({ line }) => line)).toEqual(faulty)
})

test.each([
  ['an event log without texts', 'log.csv', 'number,state,active,caller\nINC1,New,true,7\n', 'None of the columns'],
  ['an empty file', 'empty.jsonl', '', 'It is empty.'],
  ['half a document', 'half.json', '[{"text": "x"}', 'The file is not JSON'],
  ['no table at all', 'quote.csv', 'text,label\n"never closed,1\n', 'The table cannot be read'],
])('%s is refused with the reason', async (_, name, text, reason) => {
  await expect(readDataSet(await aFile(name, text))).rejects.toThrow(reason)
})

test('a file that is not there, and a folder', async () => {
  const folder = await aFolder()

  await expect(readDataSet(`${folder}/none.csv`)).rejects.toThrow(`There is no file ${folder}/none.csv.`)
  await expect(readDataSet(folder)).rejects.toThrow('is a folder; give a file in it.')
})

test('a set without subjects: the first words of the text stand for one, cut between two words', async () => {
  const long = 'I have been waiting for my new card for\nmore than two weeks now, and nobody can tell me where it is.'
  const path = await aFile('cards.csv', `text,label\nIs there a fee?,fees\n"${long}",card\n${'漢'.repeat(80)},none\n`)

  const { tickets } = await readDataSet(path)

  expect(tickets.map(({ subject }) => subject)).toEqual([
    'Is there a fee?',
    'I have been waiting for my new card for more than two weeks …',
    `${'漢'.repeat(60)} …`,
  ])
  expect(tickets[1]?.body).toBe(long)
})

test.each([
  ['random bytes', [0x9f, 0x0a, 0x81, 0x00, 0x41], 'is no text: line 2 has a NUL byte.'],
  ['a table in another encoding', [...Buffer.from('text\nhello\ngr'), 0xfc, 0x6e], 'is not in UTF-8: line 3 cannot be'],
])('%s are no data set', async (_, bytes, reason) => {
  const path = `${await aFolder()}/set.csv`
  await writeFile(path, Uint8Array.from(bytes))

  await expect(readDataSet(path)).rejects.toThrow(reason)
})
