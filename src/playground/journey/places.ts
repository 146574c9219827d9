import type { SlackPost } from '../../ports.ts'
import type { Findings } from './findings.ts'

/** Where a post stands, in words: a person for a direct message, a team or triage for a card. */
export function placeOf(
  { kind, target }: Pick<SlackPost, 'kind' | 'target'>,
  { agents, teams, triageChannel }: Pick<Findings, 'agents' | 'teams' | 'triageChannel'>,
): string {
  if (kind === 'page') return agents.find(({ slackUser }) => slackUser === target)?.name ?? target
  const team = teams.find(({ channel }) => channel === target)
  return team ? `the channel of ${team.name}` : target === triageChannel ? 'the triage channel' : target
}
