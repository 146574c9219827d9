import { RE2JS, RE2JSException } from 're2js'
import { lessUrgent, moreUrgent, type Opinion } from '../core/classification.ts'
import type { Rule } from '../core/policy.ts'
import { type Ticket, textOf } from '../core/ticket.ts'
import { detectLanguage } from '../lib/language.ts'
import type { Classifier } from '../ports.ts'

/** Longest pattern a rule may have, and most of a ticket that rules read, in UTF-16 units. */
export const MAX_PATTERN_LENGTH = 1_000
export const MAX_RULE_TEXT = 65_536

/** What admins have ruled. Patterns run in linear time whatever the text (RE2), and are compiled once. */
export function rules(): Classifier {
  const compiled = new Map<string, RE2JS>()

  const patternOf = (source: string): RE2JS => {
    const known = compiled.get(source)
    if (known) return known
    if (compiled.size >= 1_000) compiled.clear()
    const pattern = compilePattern(source)
    compiled.set(source, pattern)
    return pattern
  }

  return {
    id: 'rules',
    slow: false,
    async classify(ticket, { policy }) {
      const reading = readingOf(ticket)
      const broken: string[] = []
      const matching = policy.rules.filter((rule) => {
        try {
          return holds(rule, reading, patternOf)
        } catch (error) {
          if (!(error instanceof PatternError)) throw error
          broken.push(describeFault(rule, error))
          return false
        }
      })
      return toOpinion(matching, broken, reading.language)
    },
  }
}

/** Everything wrong with the patterns of these rules: which rule, and what its pattern does wrong and what to do. */
export const ruleFaults = (list: readonly Rule[]): readonly { readonly rule: string; readonly problem: string }[] =>
  list.flatMap((rule) => {
    if (rule.when.pattern === undefined) return []
    try {
      compilePattern(rule.when.pattern)
      return []
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      return [{ rule: rule.id, problem: error.message }]
    }
  })

/** A pattern that cannot be used; the message completes "its pattern …". */
class PatternError extends Error {
  override readonly name = 'PatternError'
}

function compilePattern(source: string): RE2JS {
  if (source.length > MAX_PATTERN_LENGTH)
    throw new PatternError(
      `has ${source.length} characters, at most ${MAX_PATTERN_LENGTH} are allowed; split it into several rules`,
    )
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const reason = error.message.replace(/^error parsing regexp: /, '').replace('`(?i)', '`')
    throw new PatternError(
      `cannot be read (${reason}); use RE2 syntax, which has no look-around and no back-references`,
      { cause: error },
    )
  }
}

const describeFault = ({ id }: Rule, { message }: PatternError): string =>
  `rule “${id}” is not in force: its pattern ${message}`

interface TicketReading {
  readonly ticket: Ticket
  readonly original: string
  /** Lower case, white space made single, apostrophes straight. */
  readonly plain: string
  readonly language: string | undefined
}

function readingOf(ticket: Ticket): TicketReading {
  const original = textOf(ticket).slice(0, MAX_RULE_TEXT)
  return { ticket, original, plain: plainOf(original), language: detectLanguage(original) }
}

const plainOf = (text: string) =>
  text.normalize('NFKC').toLowerCase().replaceAll(/[‘’]/g, "'").replaceAll(/\s+/gu, ' ').trim()

function holds({ when }: Rule, reading: TicketReading, patternOf: (source: string) => RE2JS): boolean {
  const { ticket, original, plain, language } = reading
  const { words, phrases, pattern, senderDomain, language: languages, source, fields } = when
  if (Object.values(when).every((condition) => condition === undefined)) return false
  if (source && !source.includes(ticket.source)) return false
  if (languages && !(language !== undefined && languages.includes(language))) return false
  if (senderDomain && !senderDomain.some((domain) => isFrom(ticket.requester.email, domain))) return false
  if (fields && !Object.entries(fields).every(([name, values]) => hasValue(ticket.fields[name], values))) return false
  if (words && !words.some((word) => hasWord(plain, plainOf(word)))) return false
  if (phrases && !phrases.some((phrase) => plain.includes(plainOf(phrase)))) return false
  return pattern === undefined || patternOf(pattern).test(original)
}

/** The domain itself or any below it; never one that merely ends in the same letters. */
function isFrom(email: string | undefined, domain: string): boolean {
  const sender = email?.slice(email.lastIndexOf('@') + 1).toLowerCase()
  const wanted = domain.toLowerCase().replace(/^@/, '')
  return sender !== undefined && (sender === wanted || sender.endsWith(`.${wanted}`))
}

const hasValue = (value: string | undefined, wanted: readonly string[]): boolean =>
  value !== undefined && wanted.some((option) => plainOf(option) === plainOf(value))

/** The word with neither letter nor digit on either side; it may itself hold others ("c++", "e-mail"). */
function hasWord(text: string, word: string): boolean {
  if (word === '') return false
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at)
    const after = text.slice(at + word.length, at + word.length + 2)
    if (!/[\p{L}\p{N}\p{M}]$/u.test(before) && !/^[\p{L}\p{N}\p{M}]/u.test(after)) return true
  }
  return false
}

function toOpinion(matching: readonly Rule[], broken: readonly string[], language: string | undefined): Opinion {
  const said = matching.map(({ set }) => set)
  const topics = [...new Set(said.flatMap(({ topic }) => topic ?? []))]
  const floors = said.flatMap(({ priorityFloor }) => priorityFloor ?? [])
  const caps = said.flatMap(({ priorityCap }) => priorityCap ?? [])
  const team = said.find((set) => set.team !== undefined)?.team
  const flags = [...new Set(said.flatMap((set) => set.flags ?? []))]
  return {
    ...(topics.length > 0 && { topics: Object.fromEntries(topics.map((topic) => [topic, 1 / topics.length])) }),
    ...(floors.length > 0 && { priorityFloor: floors.reduce(moreUrgent) }),
    ...(caps.length > 0 && { priorityCap: caps.reduce(lessUrgent) }),
    ...(flags.length > 0 && { flags }),
    ...(team !== undefined && { team }),
    ...(language !== undefined && { language }),
    because: [...matching.map(({ id }) => `rule “${id}”`), ...broken],
  }
}
