import type { Signal } from '../core/rank-agents.ts'

export const skillMatch: Signal = {
  id: 'skill-match',
  label: 'knows the subject',
  favour: ({ skills }, { skill }) => `${skill} ${skills[skill] ?? 0}/3`,
  score: ({ skills }, { skill }) => (skills[skill] ?? 0) / 3,
}
