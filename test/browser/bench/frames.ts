import type { Page } from 'playwright-core'

/** What the browser's frames were like while something moved. */
export interface Frames {
  readonly frames: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  readonly over50Ms: number
  /** Refreshes of a 60 Hz screen that showed nothing new. */
  readonly dropped: number
  readonly longTasks: number
  readonly longestTaskMs: number
  /** Frames in which the middle of the list showed neither a message nor a line between days. */
  readonly blank: number
}

interface Recorder {
  readonly deltas: number[]
  readonly tasks: number[]
  blank: number
  stop: () => void
}

/** Notes each frame from now on; resolves with how to stop and read. */
export async function recordFrames(page: Page): Promise<() => Promise<Frames>> {
  await page.evaluate(() => {
    const list = document.querySelector<HTMLElement>('main [role="log"]')
    if (!list) throw new Error('There is no list of messages.')
    // Rows take no pointer while they move, so that a point finds none of them.
    const isEmpty = () => {
      const { top, bottom } = list.getBoundingClientRect()
      const middle = (top + bottom) / 2
      return ![...list.querySelectorAll('article, h3')].some((row) => {
        const there = row.getBoundingClientRect()
        return there.top <= middle && there.bottom >= middle
      })
    }
    let before = performance.now()
    let isOn = true
    const recorder: Recorder = { deltas: [], tasks: [], blank: 0, stop: () => {} }
    const observer = new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) recorder.tasks.push(duration)
    })
    observer.observe({ type: 'longtask' })
    const frame = (now: number) => {
      recorder.deltas.push(now - before)
      before = now
      if (isEmpty()) recorder.blank += 1
      if (isOn) requestAnimationFrame(frame)
    }
    requestAnimationFrame((now) => {
      before = now
      requestAnimationFrame(frame)
    })
    recorder.stop = () => {
      isOn = false
      observer.disconnect()
    }
    Object.assign(globalThis, { recorder })
  })

  return async () => {
    const { deltas, tasks, blank } = await page.evaluate(() => {
      const { recorder } = globalThis as unknown as { readonly recorder: Recorder }
      recorder.stop()
      return { deltas: recorder.deltas, tasks: recorder.tasks, blank: recorder.blank }
    })
    const sorted = deltas.toSorted((a, b) => a - b)
    return {
      frames: deltas.length,
      p50Ms: tenths(at(sorted, 0.5)),
      p95Ms: tenths(at(sorted, 0.95)),
      p99Ms: tenths(at(sorted, 0.99)),
      longestMs: tenths(at(sorted, 1)),
      over50Ms: deltas.filter((ms) => ms > 50).length,
      dropped: deltas.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / REFRESH_MS) - 1), 0),
      longTasks: tasks.length,
      longestTaskMs: tenths(Math.max(0, ...tasks)),
      blank,
    }
  }
}

const REFRESH_MS = 1000 / 60

/** The value below which this share of the sorted ones lies. */
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0

export const tenths = (ms: number): number => Math.round(ms * 10) / 10
