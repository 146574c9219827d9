import { RejectedError } from '../../../errors.ts'
import { type Check, type Finding, fault, type KnownPolicy, ok, warning } from '../check.ts'

/** There is a policy, this version reads it, and everything it promises has somebody to do it. */
export const policy: Check = {
  id: 'policy',
  needs: ['database'],
  async look(around) {
    try {
      const known = await around.policy()
      if (!known)
        return [
          fault(
            'there is no policy: nobody knows which teams and people there are',
            'npm run waybill -- init writes your first one, or: npm run waybill -- policy import policy.yml',
          ),
        ]
      const { topics, rules } = known.policy
      const says = `${topics.length} topics, ${known.teams.length} teams, ${known.people.length} people, ${rules.length} rules`
      return [ok(says), ...gaps(known)]
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error
      const faults = error.message.split('\n').slice(1)
      return faults.map((line) =>
        fault(
          `the policy in force has a fault, ${line.trim()}`,
          'npm run waybill -- policy show > policy.yml, mend it, and import it again.',
        ),
      )
    }
  },
}

/** What is allowed but hardly meant. */
function gaps({ policy: { topics }, teams, people }: KnownPolicy): readonly Finding[] {
  const unskilled = topics.filter(({ skill }) => !people.some(({ skills }) => skills[skill]))
  const empty = teams.filter(({ id }) => !people.some((person) => person.teams.includes(id)))
  const silent = teams.filter(({ onCall }) => onCall.length === 0)
  return [
    ...(unskilled.length > 0
      ? [
          warning(
            `nobody has the skill for ${unskilled.map(({ id }) => id).join(', ')}: such tickets are offered to nobody`,
            'Give somebody the skill in the policy file, or in Slack: /waybill skills add @person topic 2',
          ),
        ]
      : []),
    ...(empty.length > 0
      ? [
          warning(
            `nobody is in ${empty.map(({ id }) => id).join(', ')}`,
            'Name people of it under people: … teams: […] in the policy file.',
          ),
        ]
      : []),
    ...(silent.length > 0
      ? [
          warning(
            `nobody is on call for ${silent.map(({ id }) => id).join(', ')}: a P1 there calls nobody`,
            'Name people under on-call: […] of the team in the policy file.',
          ),
        ]
      : []),
  ]
}
