import type { CodeName } from '../code.ts'
import { counted, eventSource, excerpt, type Findings, type Telling } from '../findings.ts'

/** How it came, when, from whom, in which language, and how much of it was read. */
export const arrived: Telling = (findings) => {
  const { ticket, messages, codeOf } = findings
  const { classification, degraded, fields } = ticket
  const [first] = messages
  const facts = Object.entries(fields).filter(([name]) => name !== 'automatic')
  const files = first?.attachments ?? []
  return [
    {
      at: ticket.receivedAt,
      says: `${wayOf(ticket.source).says} from ${senderOf(ticket)}: “${excerpt(ticket.subject, 140) || 'no subject'}”`,
      source: eventSource(1),
    },
    ...readOf(findings),
    ...(classification ? [languageLine(findings)] : []),
    ...(fields.automatic === 'true'
      ? [{ says: 'A machine wrote it, not a person (RFC 3834)', source: codeOf('isAutomatic') }]
      : []),
    ...(files.length > 0
      ? [
          {
            says: `${counted(files.length, 'file')} came with it; files are named, not read`,
            detail: excerpt(files.map(({ name, bytes }) => `${name} (${counted(bytes, 'byte')})`).join(', ')),
            source: codeOf('parseMail'),
          },
        ]
      : []),
    ...(facts.length > 0
      ? [
          {
            says: `With ${counted(facts.length, 'fact')} beside the text`,
            detail: excerpt(facts.map(([name, value]) => `${name}: ${value}`).join(', ')),
            source: codeOf(wayOf(ticket.source).code),
          },
        ]
      : []),
    ...(degraded
      ? [
          {
            says: `It could not be read properly: ${excerpt(degraded)}`,
            tone: 'bad' as const,
            source: codeOf(ticket.source === 'email' ? 'degradedInbound' : wayOf(ticket.source).code),
          },
        ]
      : []),
  ]
}

interface Way {
  readonly says: string
  readonly code: CodeName
}

const WAYS: Readonly<Record<string, Way>> = {
  email: { says: 'An e-mail', code: 'mailInbound' },
  generic: { says: 'A signed webhook', code: 'generic' },
  jsonl: { says: 'A line of a file', code: 'jsonLines' },
}

const wayOf = (source: string): Way => WAYS[source] ?? { says: `A message through ${source}`, code: 'receive' }

function senderOf({ requester: { name, email } }: Findings['ticket']): string {
  if (name && email) return `${excerpt(name, 80)} <${email}>`
  return excerpt(name ?? email ?? 'a sender without a name', 80)
}

function readOf({ messages, ticket, codeOf }: Findings): ReturnType<Telling> {
  const [first] = messages
  if (!first) return []
  const read = Array.from(ticket.body).length
  const isCut = first.visible !== '' && read < first.characters
  const says = isCut
    ? `Read: ${read.toLocaleString('en')} of ${counted(first.characters, 'character')}; quotes, signature and blank space are left out`
    : `Read whole: ${counted(read, 'character')}`
  return [{ says, detail: `“${excerpt(ticket.body)}”`, source: codeOf('visibleText') }]
}

function languageLine({ ticket, codeOf }: Findings): ReturnType<Telling>[number] {
  const code = ticket.classification?.language
  const source = codeOf('detectLanguage')
  if (!code) return { says: 'Too short or too mixed to tell its language', tone: 'muted', source }
  return { says: `Written in ${new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code}`, source }
}
