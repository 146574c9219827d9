import { within } from '../../lib/within.ts'
import { type Check, type Finding, fault, type Surroundings, unknown } from './check.ts'
import { withoutSecrets } from './without-secrets.ts'

/** One finding with the check it comes from. */
export interface Examined extends Finding {
  readonly check: string
}

/** All the time one check gets, in milliseconds. */
const CHECK_MS = 20_000

/**
 * Runs every check, those that do not hang on each other side by side, and says what they found in the order of the shelf.
 * Never rejects and never hangs: a check that fails or takes too long is a finding too. No finding holds a secret.
 */
export async function examine(
  checks: readonly Check[],
  around: Surroundings,
  limitMs: number = CHECK_MS,
): Promise<readonly Examined[]> {
  const looked = new Map<string, Promise<readonly Finding[]>>()
  for (const check of checks) looked.set(check.id, look(check, around, looked, limitMs))
  const found = await Promise.all(
    checks.map(async ({ id }) => (await looked.get(id)!).map((finding) => ({ check: id, ...finding }))),
  )
  const cut = withoutSecrets(around.environment)
  return found.flat().map((finding) => ({ ...finding, says: cut(finding.says), fix: cut(finding.fix) }))
}

async function look(
  check: Check,
  around: Surroundings,
  looked: ReadonlyMap<string, Promise<readonly Finding[]>>,
  limitMs: number,
): Promise<readonly Finding[]> {
  for (const need of check.needs) {
    const before = (await looked.get(need)) ?? []
    if (before.some(({ level }) => level === 'fault' || level === 'unknown'))
      return [unknown(`not looked at: ${need} comes first`)]
  }
  try {
    return await within(limitMs, async () => check.look(around))
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    return [fault(`this could not be looked at: ${says.split('\n')[0]}`, 'Run it again; if it stays, it is a bug.')]
  }
}
