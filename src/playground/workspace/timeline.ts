import type { Message } from './model.ts'

/** Where the messages of one channel stand that are not deleted, so that a part of it is read without going through all of it. */
export interface Timeline {
  /** What stands in the channel itself, oldest first. */
  readonly top: string[]
  /** The message they answer -> its answers, oldest first. */
  readonly answers: Map<string, string[]>
}

type Timelines = Map<string, Timeline>

const EMPTY: Timeline = { top: [], answers: new Map() }

export const timelineOf = (timelines: Timelines, channel: string): Timeline => timelines.get(channel) ?? EMPTY

/** Answers to a thread stand in the channel too when they were sent there as well. */
export const standsInChannel = ({ threadTs, ts, subtype }: Message): boolean =>
  threadTs === undefined || threadTs === ts || subtype === 'thread_broadcast'

/** The newest message of its channel: timestamps only grow. */
export function enter(timelines: Timelines, message: Message): void {
  const { channel, ts, threadTs } = message
  const timeline: Timeline = timelines.get(channel) ?? { top: [], answers: new Map() }
  timelines.set(channel, timeline)
  if (standsInChannel(message)) timeline.top.push(ts)
  if (threadTs === undefined || threadTs === ts) return
  const answers = timeline.answers.get(threadTs)
  if (answers) answers.push(ts)
  else timeline.answers.set(threadTs, [ts])
}

export function leave(timelines: Timelines, { channel, ts, threadTs }: Message): void {
  const { top, answers } = timelineOf(timelines, channel)
  const at = firstNotBefore(top, ts)
  if (top[at] === ts) top.splice(at, 1)
  if (threadTs === undefined || threadTs === ts) return
  const left = (answers.get(threadTs) ?? []).filter((one) => one !== ts)
  if (left.length > 0) answers.set(threadTs, left)
  else answers.delete(threadTs)
}

/** How many stand before this moment: the place of the first that does not. */
export function firstNotBefore(ordered: readonly string[], ts: string): number {
  let [from, to] = [0, ordered.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (Number(ordered[middle]) < Number(ts)) from = middle + 1
    else to = middle
  }
  return from
}
