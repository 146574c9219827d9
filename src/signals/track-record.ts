import type { Signal } from '../core/rank-agents.ts'

/** Pseudo-counts of the prior: with no history everyone scores 0.7. */
const PRIOR = { right: 7, wrong: 3 }

/** Posterior mean of a Beta-Binomial over confirmed and corrected tickets of this topic. */
export const trackRecord: Signal = {
  id: 'track-record',
  label: 'solved such tickets before',
  favour({ record }, { classification }) {
    const { right, wrong } = record[classification.topic ?? ''] ?? { right: 0, wrong: 0 }
    return right === 0 ? undefined : `${right} of ${right + wrong} such tickets right`
  },
  score({ record }, { classification }) {
    const { right, wrong } = record[classification.topic ?? ''] ?? { right: 0, wrong: 0 }
    return (right + PRIOR.right) / (right + wrong + PRIOR.right + PRIOR.wrong)
  },
}
