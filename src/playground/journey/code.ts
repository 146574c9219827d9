import { existsSync, readFileSync } from 'node:fs'
import type { JourneySource } from '../page-contract.ts'

/** The code that lines of a journey point at: file under the repository, and the export that made the line. */
export const CODE = {
  generic: ['src/connectors/generic.ts', 'generic'],
  mailInbound: ['src/connectors/email/inbound.ts', 'mailInbound'],
  degradedInbound: ['src/connectors/email/inbound.ts', 'degradedInbound'],
  jsonLines: ['src/connectors/email/files.ts', 'readMessages'],
  parseMail: ['src/lib/mail/parse-mail.ts', 'parseMail'],
  visibleText: ['src/lib/mail/visible-text.ts', 'visibleText'],
  isAutomatic: ['src/lib/mail/automatic.ts', 'isAutomatic'],
  detectLanguage: ['src/lib/language.ts', 'detectLanguage'],
  redact: ['src/lib/redact.ts', 'redact'],
  receive: ['src/storage/tickets.ts', 'ticketStore'],
  routeTicket: ['src/pipeline/route.ts', 'routeTicket'],
  gatherFacts: ['src/pipeline/gather-facts.ts', 'gatherFacts'],
  classifyFully: ['src/pipeline/classify.ts', 'classifyFully'],
  rules: ['src/classifiers/rules.ts', 'rules'],
  learned: ['src/classifiers/learned.ts', 'learned'],
  'language-model': ['src/classifiers/language-model.ts', 'languageModel'],
  combine: ['src/core/classification.ts', 'combine'],
  account: ['src/enrichers/account.ts', 'accountEnricher'],
  openTickets: ['src/enrichers/open-tickets.ts', 'openTicketsEnricher'],
  rankAgents: ['src/core/rank-agents.ts', 'rankAgents'],
  planRoute: ['src/core/decision.ts', 'planRoute'],
  lessonsOf: ['src/core/lesson.ts', 'lessonsOf'],
  followUps: ['src/core/jobs.ts', 'followUps'],
  undo: ['src/core/moves.ts', 'undo'],
  hear: ['src/core/replies.ts', 'hear'],
  callees: ['src/core/on-call.ts', 'callees'],
  courier: ['src/slack/outbox.ts', 'courier'],
} as const satisfies Readonly<Record<string, Place>>

export type CodeName = keyof typeof CODE

type Place = readonly [path: string, symbol: string]

/** Finds a piece of code, as it stands now: one of the catalogue, or a place by its path and export. */
export type CodeOf = (code: CodeName | Place) => JourneySource

/** Where a signal lives: every file on that shelf is named after its export. */
export const signalPlace = (id: string): Place => [
  `src/signals/${id}.ts`,
  id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
]

export const REPOSITORY = new URL('../../../', import.meta.url)

/** Reads each file once. A file or a name that is gone since comes without a line. */
export function codeIn(root: URL): CodeOf {
  const sources = new Map<string, string>()

  return (code) => {
    const [path, symbol] = typeof code === 'string' ? CODE[code] : code
    const file = new URL(path, root)
    const text = sources.get(path) ?? (existsSync(file) ? readFileSync(file, 'utf8') : '')
    sources.set(path, text)
    const line = lineOf(symbol, text)
    return { kind: 'file', path, ...(line !== undefined && { line }) }
  }
}

/** The line, from 1, on which a module exports this name; `undefined` when it does not. */
export function lineOf(symbol: string, text: string): number | undefined {
  const declared = new RegExp(`^export (?:async )?(?:function\\*?|const|interface|type|class) ${symbol}\\b`)
  const index = text.split('\n').findIndex((line) => declared.test(line))
  return index < 0 ? undefined : index + 1
}
