export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const
export type Priority = (typeof PRIORITIES)[number]

export const INTENTS = ['question', 'problem', 'request', 'complaint', 'cancellation', 'feedback'] as const
export type Intent = (typeof INTENTS)[number]

export const RISK_FLAGS = ['churn', 'legal', 'security', 'financial', 'data-loss', 'outage'] as const
export type RiskFlag = (typeof RISK_FLAGS)[number]

/** What one voice says about a ticket. Every field is optional: a voice speaks only of what it knows. */
export interface Opinion {
  /** Probability per topic id; need not cover all topics. */
  readonly topics?: Readonly<Record<string, number>>
  readonly intents?: Readonly<Partial<Record<Intent, number>>>
  readonly priorities?: Readonly<Partial<Record<Priority, number>>>
  /** At least, and at most, this urgent: only rules may say so. */
  readonly priorityFloor?: Priority
  readonly priorityCap?: Priority
  /** -1 (furious) to 1 (delighted). */
  readonly sentiment?: number
  /** 0 (whenever) to 1 (now). */
  readonly urgency?: number
  readonly flags?: readonly RiskFlag[]
  /** A rule may name the team outright. */
  readonly team?: string
  readonly summary?: string
  readonly language?: string
  /** The words and facts that counted, for people to read. */
  readonly because: readonly string[]
}

/** One voice's part in a classification, kept with the decision. */
export interface Voice {
  readonly id: string
  readonly weight: number
  readonly opinion: Opinion
}

/** What the voices together say: the one classification a decision is made from. */
export interface Classification {
  /** The most probable topic; undefined when no voice spoke of topics. */
  readonly topic: string | undefined
  readonly secondTopic: string | undefined
  /** Probability of `topic`, 0..1. */
  readonly confidence: number
  readonly topics: Readonly<Record<string, number>>
  readonly intent: Intent | undefined
  readonly priority: Priority
  readonly priorityBecause: string
  readonly sentiment: number
  readonly urgency: number
  readonly language: string | undefined
  readonly flags: readonly RiskFlag[]
  readonly team: string | undefined
  readonly summary: string | undefined
  readonly voices: readonly Voice[]
  /** Voices that stayed silent, with the reason: said on the card. */
  readonly missing: readonly string[]
  readonly because: readonly string[]
}

/** The smaller the rank the more urgent: P1 is 0. */
export const rankOf = (priority: Priority): number => PRIORITIES.indexOf(priority)
export const moreUrgent = (a: Priority, b: Priority): Priority => (rankOf(a) <= rankOf(b) ? a : b)
export const lessUrgent = (a: Priority, b: Priority): Priority => (rankOf(a) >= rankOf(b) ? a : b)

/**
 * Pools the voices into one classification: a logarithmic opinion pool (Genest & Zidek 1986) over topics, intents and
 * priorities, then the floors and caps of the rules. A floor beats a cap.
 */
export function combine(voices: readonly Voice[], missing: readonly string[]): Classification {
  const topics = pool(voices, ({ topics }) => topics)
  const intents = pool(voices, ({ intents }) => intents)
  const priorities = pool(voices, ({ priorities }) => priorities)
  const [topic, secondTopic] = descending(topics)
  const opinions = voices.map(({ opinion }) => opinion)
  const { priority, because } = settlePriority(priorities, opinions)

  return {
    topic: topic?.[0],
    secondTopic: secondTopic?.[0],
    confidence: topic?.[1] ?? 0,
    topics,
    intent: descending(intents)[0]?.[0] as Intent | undefined,
    priority,
    priorityBecause: because,
    sentiment: mean(voices, ({ sentiment }) => sentiment) ?? 0,
    urgency: mean(voices, ({ urgency }) => urgency) ?? 0.5,
    language: opinions.find(({ language }) => language)?.language,
    flags: [...new Set(opinions.flatMap(({ flags }) => flags ?? []))],
    team: opinions.find(({ team }) => team)?.team,
    summary: opinions.findLast(({ summary }) => summary)?.summary,
    voices,
    missing,
    because: [...new Set(opinions.flatMap(({ because }) => because))],
  }
}

/** P1 calls people at any hour, so words alone make one only when it is more likely than not; a rule always does. */
const CALLS_FROM = 0.5

function settlePriority(
  pooled: Readonly<Record<string, number>>,
  opinions: readonly Opinion[],
): { readonly priority: Priority; readonly because: string } {
  const [top] = descending(pooled)
  const isDoubtful = top?.[0] === 'P1' && top[1] < CALLS_FROM
  const said = isDoubtful ? 'P2' : ((top?.[0] ?? 'P3') as Priority)
  const floors = opinions.flatMap(({ priorityFloor }) => priorityFloor ?? [])
  const caps = opinions.flatMap(({ priorityCap }) => priorityCap ?? [])
  const capped = caps.reduce(lessUrgent, said)
  const priority = floors.reduce(moreUrgent, capped)
  if (rankOf(priority) < rankOf(capped)) return { priority, because: `a rule says at least ${priority}` }
  if (rankOf(capped) > rankOf(said)) return { priority, because: `a rule says at most ${capped}` }
  const rule = floors.includes(priority) ? `a rule says at least ${priority}` : ''
  if (!top) return { priority, because: rule || 'no voice spoke of urgency' }
  const read = `the words read like ${top[0]} (${Math.round(top[1] * 100)} %)`
  const words = isDoubtful ? `${read}, which is too little to call somebody` : read
  return { priority, because: rule ? `${rule}, and ${words}` : words }
}

const LEAST = 1e-4
/** Stands for everything nobody named, so that one voice alone is not made surer than it said. */
const NONE_OF_THESE = ''

function pool(
  voices: readonly Voice[],
  read: (opinion: Opinion) => Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> {
  const speaking = voices.flatMap(({ weight, opinion }) => {
    const said = read(opinion)
    return said && weight > 0 ? [{ weight, said }] : []
  })
  const names = [...new Set(speaking.flatMap(({ said }) => Object.keys(said)))]
  const heard = speaking.map(({ weight, said }) => ({ weight, shareOf: withRest(said, names) }))
  const logs = [...names, NONE_OF_THESE].map((name) =>
    heard.reduce((sum, { weight, shareOf }) => sum + weight * Math.log(Math.max(shareOf(name), LEAST)), 0),
  )
  const highest = Math.max(...logs)
  const powers = logs.map((log) => Math.exp(log - highest))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return Object.fromEntries(names.map((name, index) => [name, powers[index]! / total]))
}

/** What a voice leaves open is shared by what it did not name: 0.9 for one topic is no verdict against all others. */
function withRest(said: Readonly<Record<string, number>>, names: readonly string[]): (name: string) => number {
  const left = Math.max(0, 1 - Object.values(said).reduce((sum, share) => sum + share, 0))
  const unnamed = names.filter((name) => said[name] === undefined).length + 1
  return (name) => said[name] ?? left / unnamed
}

function mean(voices: readonly Voice[], read: (opinion: Opinion) => number | undefined): number | undefined {
  const speaking = voices.flatMap(({ weight, opinion }) => {
    const value = read(opinion)
    return value === undefined ? [] : [{ weight, value }]
  })
  if (speaking.length === 0) return undefined
  const total = speaking.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return undefined
  return speaking.reduce((sum, { weight, value }) => sum + weight * value, 0) / total
}

const descending = (shares: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(shares).sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
