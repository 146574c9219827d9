import type { Journey, JourneyLine, JourneySource, JourneyStage } from '../../page-contract.ts'

/** What a chapter is for, for people who see one for the first time. */
export const STAGE_HINTS: Readonly<Record<JourneyStage, string>> = {
  arrived: 'What came in, as it came in',
  voices: 'Who read it, and what each made of it',
  customer: 'What is known about who wrote',
  considered: 'Who could take it, and why the others could not',
  decided: 'Where it goes, and how sure that is',
  happened: 'What people and Waybill did since',
  learned: 'What the clicks taught',
  next: 'What comes by itself, unless somebody clicks',
}

/** "72 %", unless the line already says so itself; undefined when there is no share. Nobody is ever quite sure. */
export function figureOf({ share, says }: JourneyLine): string | undefined {
  if (share === undefined) return undefined
  const figure = share >= 0.995 && share < 1 ? 'over 99 %' : `${Math.round(share * 100)} %`
  const isSaid = says.includes(figure) || says.includes(`${Math.round(share * 100)} %`)
  return isSaid ? undefined : figure
}

/** Where a line comes from, in as few words as fit beside it. */
export function sourceName(source: JourneySource): string {
  switch (source.kind) {
    case 'event':
      return `event ${source.version}`
    case 'decision':
      return 'decision record'
    case 'file': {
      const name = source.path.split('/').at(-1) ?? source.path
      return source.line === undefined ? name : `${name}:${source.line}`
    }
  }
}

/** Tells lines of one journey apart, and finds the same line again in a later state of it. */
export function lineKeys(journey: Journey): ReadonlyMap<JourneyLine, string> {
  const seen = new Map<string, number>()
  return new Map(
    journey.chapters.flatMap(({ stage, lines }) =>
      lines.map((line) => {
        const name = `${stage}\n${line.at ?? ''}\n${line.says}`
        const times = seen.get(name) ?? 0
        seen.set(name, times + 1)
        return [line, times === 0 ? name : `${name}\n${times}`] as const
      }),
    ),
  )
}

/**
 * Keys of the lines that were not there before. What comes next changes with the clock and does not count, and before it was
 * decided there was nothing yet to add to.
 */
export function freshLines(before: Journey, after: Journey): readonly string[] {
  if (before.ticket.status === 'received') return []
  const known = new Set(lineKeys(before).values())
  const ahead = new Set(after.chapters.filter(({ stage }) => stage === 'next').flatMap(({ lines }) => lines))
  return [...lineKeys(after)].filter(([line, key]) => !ahead.has(line) && !known.has(key)).map(([, key]) => key)
}
