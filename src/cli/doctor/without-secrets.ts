import { redact } from '../../lib/redact.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Takes out every secret these settings hold, and every word that looks like a token whether we know it or not. */
export function withoutSecrets(environment: Environment): (text: string) => string {
  const secrets = secretsIn(environment)
  return (text) => {
    const known = secrets.reduce(
      (rest, secret) => rest.replaceAll(secret, secret.endsWith('@') ? ':[secret]@' : '[secret]'),
      text,
    )
    return known.replaceAll(/[^\s/"'()]+/g, (word) => {
      const said = redact(word)
      return said.includes('[secret') ? said : word
    })
  }
}

/** The longest first: one may be the beginning of another. */
function secretsIn(environment: Environment): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value = '']) => {
    if (/(?:TOKEN|SECRET|KEY|PASSWORD)$/.test(name)) return [value, ...value.split(',')]
    if (!name.endsWith('_URL') || !URL.canParse(value)) return []
    const { password } = new URL(value)
    // Where it stands in an address; a password may be an ordinary word.
    return password === '' ? [] : [`:${password}@`, `:${decodeURIComponent(password)}@`]
  })
  return [...new Set(values.map((value) => value.trim()))]
    .filter((value) => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
}

/** Anything shorter would take ordinary words apart. */
const SHORTEST = 4
