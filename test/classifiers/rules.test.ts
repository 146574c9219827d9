import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MAX_PATTERN_LENGTH, MAX_RULE_TEXT, ruleFaults, rules } from '../../src/classifiers/rules.ts'
import type { Opinion } from '../../src/core/classification.ts'
import { teamId } from '../../src/core/ids.ts'
import type { Rule } from '../../src/core/policy.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { readPolicyDocument } from '../../src/storage/policy-document.ts'
import { aTicket } from '../support/tickets.ts'
import { aContext, aRule } from './support.ts'

const voice = rules()

async function opinionOf(ticket: Partial<Ticket>, list: readonly Rule[]): Promise<Opinion> {
  const said = await voice.classify(aTicket(ticket), aContext(list))
  if ('silence' in said) throw new Error(said.silence)
  return said
}

const fires = async (when: Rule['when'], ticket: Partial<Ticket>) =>
  (await opinionOf(ticket, [aRule(when)])).topics !== undefined

test.each([
  ['a word, whatever its case', { words: ['refund'] }, { body: 'REFUND me!' }, true],
  ['a word only when it is whole', { words: ['fund'] }, { body: 'refund me' }, false],
  ['a word next to punctuation', { words: ['down'] }, { body: 'the site is "down".' }, true],
  ['a word with signs in it', { words: ['c++'] }, { body: 'Your C++ client leaks' }, true],
  ['a later whole word after one that is not', { words: ['pay'] }, { body: 'payment: please pay' }, true],
  ['a word with umlauts', { words: ['größe'] }, { body: 'Falsche GRÖSSE, falsche Größe' }, true],
  ['no word that is there', { words: ['invoice', 'bill'] }, { body: 'the app crashes' }, false],
  ['a phrase over a line break', { phrases: ['Legal Action'] }, { body: 'we will take legal\n  action' }, true],
  [
    'a phrase whatever its apostrophe',
    { phrases: ["another company's"] },
    { body: 'I see another company’s jobs' },
    true,
  ],
  ['a pattern', { pattern: 'inv-\\d{4,}' }, { subject: 'About INV-20931' }, true],
  ['no match of a pattern', { pattern: '^never$' }, { subject: 'ever' }, false],
  ['the domain of the sender', { senderDomain: ['Example.com'] }, {}, true],
  ['a domain below it', { senderDomain: ['example.com'] }, { requester: at('ada@mail.example.com') }, true],
  ['no domain that ends alike', { senderDomain: ['example.com'] }, { requester: at('ada@badexample.com') }, false],
  ['no sender at all', { senderDomain: ['example.com'] }, { requester: at(undefined) }, false],
  ['the source', { source: ['email', 'generic'] }, {}, true],
  ['another source', { source: ['email'] }, {}, false],
  ['the language', { language: ['de'] }, { subject: 'Rechnung', body: 'Meine Rechnung ist leider falsch.' }, true],
  ['another language', { language: ['de'] }, {}, false],
  ['a field, whatever its case', { fields: { plan: ['enterprise'] } }, { fields: { plan: ' Enterprise ' } }, true],
  ['a field of another value', { fields: { plan: ['enterprise'] } }, { fields: { plan: 'free' } }, false],
  ['a field only when all fit', { fields: { plan: ['pro'], page: ['/pay'] } }, { fields: { plan: 'pro' } }, false],
  ['nothing when nothing is asked', {}, {}, false],
  ['all conditions together', { words: ['charged'], source: ['generic'] }, {}, true],
  ['not some of them', { words: ['charged'], source: ['email'] }, {}, false],
])('sees %s', async (_, when: Rule['when'], ticket: Partial<Ticket>, expected) => {
  expect(await fires(when, ticket)).toBe(expected)
})

test('says everything the matching rules set, and which they are', async () => {
  const said = await opinionOf({ body: 'Our lawyer says the breach must be fixed.' }, [
    aRule({ words: ['lawyer'] }, { flags: ['legal'], priorityFloor: 'P2', team: teamId('legal') }, 'lawyers'),
    aRule({ words: ['breach'] }, { flags: ['security', 'legal'], priorityFloor: 'P1', topic: 'account' }, 'breach'),
    aRule({ words: ['fixed'] }, { priorityCap: 'P3', team: teamId('later'), topic: 'billing' }, 'cap-1'),
    aRule({ words: ['must'] }, { priorityCap: 'P2' }, 'cap-2'),
    aRule({ words: ['absent'] }, { flags: ['outage'] }, 'absent'),
  ])

  expect(said).toEqual({
    topics: { account: 0.5, billing: 0.5 },
    priorityFloor: 'P1',
    priorityCap: 'P3',
    flags: ['legal', 'security'],
    team: 'legal',
    language: 'en',
    because: ['rule “lawyers”', 'rule “breach”', 'rule “cap-1”', 'rule “cap-2”'],
  })
})

test('without a matching rule it speaks of the language alone', async () => {
  expect(await opinionOf({}, [])).toEqual({ language: 'en', because: [] })
})

test('a rule with a broken pattern is named and skipped; the others hold', async () => {
  const said = await opinionOf({}, [
    aRule({ pattern: '(open' }, { topic: 'login' }, 'broken'),
    aRule({ words: ['charged'] }, { topic: 'billing' }, 'whole'),
  ])

  expect(said.topics).toEqual({ billing: 1 })
  expect(said.because).toEqual([
    'rule “whole”',
    'rule “broken” is not in force: its pattern cannot be read (missing closing ): `(open`); use RE2 syntax, which has no look-around and no back-references',
  ])
})

test('the rules of the starter policy are all in force', () => {
  const { policy } = readPolicyDocument(readFileSync(new URL('../../db/seeds/starter.yml', import.meta.url), 'utf8'))

  expect(policy.rules.length).toBeGreaterThan(0)
  expect(ruleFaults(policy.rules)).toEqual([])
})

test('faults are found before a rule is put in force', () => {
  const faults = ruleFaults([
    aRule({ pattern: 'fine|also fine' }, {}, 'fine'),
    aRule({ words: ['(open'] }, {}, 'no-pattern'),
    aRule({ pattern: '(?=ahead)' }, {}, 'look-ahead'),
    aRule({ pattern: '((a{100}){100}){100}' }, {}, 'huge'),
    aRule({ pattern: 'x'.repeat(MAX_PATTERN_LENGTH + 1) }, {}, 'long'),
  ])

  expect(faults.map(({ rule }) => rule)).toEqual(['look-ahead', 'huge', 'long'])
  expect(faults.map(({ problem }) => problem)).toEqual([
    expect.stringContaining('cannot be read (invalid or unsupported Perl syntax'),
    expect.stringContaining('invalid repeat count'),
    expect.stringContaining('has 1001 characters, at most 1000 are allowed; split it into several rules'),
  ])
})

test.each([
  '(a+)+$',
  '(a|aa)+$',
  '^(a|a?)+$',
  '(.*a){20}$',
  '(\\w+\\s?)+$',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  'a*a*a*a*a*b',
])('the pattern %s, deadly elsewhere, is through with 200,000 characters', async (pattern) => {
  expect(await fires({ pattern }, { body: `${'a'.repeat(60_000)}!${'\n'.repeat(140_000)}` })).toBe(false)
  expect(await fires({ pattern: `(?s)${pattern}|needle` }, { body: `needle ${'a'.repeat(200_000)}!` })).toBe(true)
})

test('what stands behind the limit is not read', async () => {
  const hidden = { subject: '', body: `${' '.repeat(MAX_RULE_TEXT)} needle` }

  expect(await fires({ words: ['needle'] }, hidden)).toBe(false)
  expect(await fires({ pattern: 'needle' }, hidden)).toBe(false)
})

test('a word that occurs everywhere inside others costs one pass', async () => {
  expect(await fires({ words: ['aa'] }, { body: 'a'.repeat(200_000) })).toBe(false)
})

function at(email: string | undefined) {
  return { email, name: undefined }
}
