import { RejectedError } from '../errors.ts'
import type { Clock, Directory, PolicyStore } from '../ports.ts'
import type { Output } from './output.ts'

/** `waybill policy import <file>`: the file becomes the newest version, or is refused whole. */
export async function importPolicy(
  {
    policies,
    directory,
    clock,
  }: { readonly policies: PolicyStore; readonly directory: Directory; readonly clock: Clock },
  yaml: string,
  { author, reason }: { readonly author: string; readonly reason: string },
  { out }: Output,
): Promise<void> {
  const policy = await policies.importDocument(yaml, { author, reason, at: clock.now() })
  const [people, teams] = await Promise.all([directory.people(), directory.teams()])
  const { topics, matrix, rules } = policy
  out(
    `Policy v${policy.version}: ${topics.length} topics, ${teams.length} teams, ${people.length} people, ${matrix.length} matrix rows, ${rules.length} rules.`,
  )
}

/** `waybill policy show`: the newest version as it was written. */
export async function showPolicy(policies: PolicyStore, { out }: Output): Promise<void> {
  const document = await policies.document()
  if (document === undefined)
    throw new RejectedError('There is no policy yet. Import one: npm run waybill -- policy import db/seeds/starter.yml')
  out(document.trimEnd())
}
