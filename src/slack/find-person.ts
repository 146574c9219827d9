import type { Person } from '../core/person.ts'
import { nearestWord } from '../lib/nearest-word.ts'
import type { Directory } from '../ports.ts'
import { escapeText } from './cards/escape.ts'

/** Finds who is meant by `<@U123|grace>`, `<@U123>`, `@grace`, `grace` or an e-mail; says what is wrong otherwise. */
export async function findPerson(
  word: string,
  directory: Directory,
): Promise<{ readonly person: Person } | { readonly refused: string }> {
  const escaped = /^<@([UW][A-Z0-9_-]+)(?:\|[^>]*)?>$/i.exec(word)
  if (escaped) {
    const person = await directory.bySlackUser(escaped[1]!)
    return person ? { person } : { refused: 'This person is not on the support rota yet.' }
  }

  const wanted = word.replace(/^@/, '').toLowerCase()
  const people = await directory.people()
  const meant = people.filter((person) => namesOf(person).includes(wanted))
  const [person] = meant
  if (person && meant.length === 1) return { person }
  if (meant.length > 1) {
    const choices = meant.map(({ email }) => escapeText(email, 80)).join(', ')
    return { refused: `“${escapeText(word, 60)}” could be several people: ${choices}. Use the e-mail.` }
  }
  const near = nearestWord(
    wanted,
    people.map((person) => namesOf(person)[0]!),
  )
  const hint = near ? ` Did you mean @${escapeText(near, 60)}?` : ''
  return { refused: `Nobody here is called “${escapeText(word, 60)}”.${hint}` }
}

/** First name, whole name with or without spaces, e-mail, the part before the @, and the id; all in lower case. */
function namesOf({ id, name, email }: Person): readonly string[] {
  const whole = name.toLowerCase()
  const first = whole.split(/\s+/)[0] ?? whole
  const local = email.toLowerCase().split('@')[0]!
  return [first, whole, whole.replaceAll(/\s+/g, '.'), whole.replaceAll(/\s+/g, ''), email.toLowerCase(), local, id]
}
