import type { Person, Team } from '../../core/person.ts'
import type { MatrixRow } from '../../core/policy.ts'
import type { CastMember } from '../page-contract.ts'
import { GUEST, type Town } from './town.ts'

/**
 * One person of each part, nobody twice. On call is whom the most urgent row of the matrix calls first. A part that nobody in
 * the policy can play is left out.
 */
export function castOf(
  people: readonly Person[],
  teams: readonly Team[],
  matrix: readonly MatrixRow[],
  town: Town,
): readonly CastMember[] {
  const taken = new Set<Person>()
  const take = (...wishes: ((person: Person) => boolean)[]): Person | undefined => {
    const free = people.filter((person) => !taken.has(person))
    const found = wishes.map((wish) => free.find(wish)).find(Boolean)
    if (found) taken.add(found)
    return found
  }
  const first = firstCalled(teams, matrix)
  const admin = take(({ role }) => role === 'admin')
  const onCall = take(
    ({ id }) => first?.onCall[0] === id,
    ({ id }) => teams.some((team) => team.onCall.includes(id)),
  )
  const lead = take(({ role }) => role === 'lead')
  const agent = take(
    ({ role, id }) => role === 'agent' && teams.every(({ onCall }) => onCall[0] !== id),
    ({ role }) => role === 'agent',
  )

  const teamsOf = (person: Person) => teams.filter(({ id }) => person.teams.includes(id)).map(({ name }) => name)
  const member = (
    person: Person | undefined,
    part: CastMember['part'],
    about: (person: Person) => string,
  ): CastMember[] => (person ? [{ id: person.slackUser, part, about: about(person) }] : [])
  const guestsChannel = town.channels.find(({ members }) => members.includes(GUEST.id))?.name
  return [
    ...member(
      agent,
      'agent',
      (person) =>
        `${person.name} answers tickets (${teamsOf(person).join(', ')}). Accept one, or reassign a wrong one and see what is learned.`,
    ),
    ...member(
      onCall,
      'on-call',
      (person) =>
        `${person.name} is called first when everything is down${first ? ` (${first.name})` : ''}. Look at the direct message of a P1 and acknowledge it.`,
    ),
    ...member(
      lead,
      'lead',
      (person) =>
        `${person.name} leads ${teamsOf(person).join(', ')}. Escalate a ticket, or type /waybill skills to see who knows what.`,
    ),
    ...member(
      admin,
      'admin',
      (person) =>
        `${person.name} may change everything. Type /waybill why with a ticket's number, or teach somebody a skill.`,
    ),
    {
      id: GUEST.id,
      part: 'guest',
      about: `${GUEST.realName} is a guest in #${guestsChannel} and on no team. Click a button and read how it is refused.`,
    },
  ]
}

/** The team that answers the most urgent row of the matrix. */
function firstCalled(teams: readonly Team[], matrix: readonly MatrixRow[]): Team | undefined {
  const [row] = matrix
    .filter(({ priority }) => priority === 'P1')
    .toSorted((a, b) => a.firstResponseMinutes - b.firstResponseMinutes)
  return teams.find(({ id }) => id === row?.team)
}
