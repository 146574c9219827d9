/**
 * Named places where the torture run may end this process, and six deliberate bugs it can switch on to prove that it would
 * notice them. Nothing is armed unless `armFaults` was called, which only the torture run's own entry point does.
 */
export type PlantedBug =
  | 'ack-before-commit'
  | 'retry-on-ambiguity'
  | 'no-quarantine'
  | 'no-sweep'
  | 'no-compare-and-set'
  | 'no-fence'

interface Arming {
  /** Ends the process when the point of this name is passed for the n-th time. */
  readonly crashAt?: { readonly point: string; readonly pass: number }
  /** Stops the process (SIGSTOP) there instead: a machine that hangs, and comes back when it is sent SIGCONT. */
  readonly pauseAt?: { readonly point: string; readonly pass: number }
  readonly bugs?: readonly PlantedBug[]
  /** Called instead of ending the process; throws to stop the caller where it stands. */
  readonly die?: (point: string) => never
}

let armed: Arming = {}
let passes = 0
let pauses = 0

export function armFaults(arming: Arming): void {
  armed = arming
  passes = 0
  pauses = 0
}

/** Ends the process with SIGKILL here if the torture run asked for it; does nothing otherwise. */
export function crashPoint(point: string): void {
  if (armed.pauseAt?.point === point) {
    pauses += 1
    if (pauses === armed.pauseAt.pass) process.kill(process.pid, 'SIGSTOP')
  }
  if (armed.crashAt?.point !== point) return
  passes += 1
  if (passes < armed.crashAt.pass) return
  armed.die?.(point)
  process.kill(process.pid, 'SIGKILL')
}

export const isPlanted = (bug: PlantedBug): boolean => armed.bugs?.includes(bug) ?? false
