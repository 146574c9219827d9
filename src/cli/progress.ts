/** Standard error, or what stands for it. */
export interface Screen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  /** `part` of the whole is done; `note` stands behind the bar. */
  draw(part: number, note: string): void
  /** Takes the bar away, so that a line can be written. */
  clear(): void
}

const WIDTH = 24

/** A bar on the last line of a terminal; nothing at all where there is no terminal. */
export function progressOn(screen: Screen): Progress {
  if (!screen.isTTY) return { draw() {}, clear() {} }
  let isDrawn = false
  return {
    draw(part, note) {
      const filled = Math.round(Math.min(1, Math.max(0, part)) * WIDTH)
      screen.write(`\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${note}\u001b[K`)
      isDrawn = true
    },
    clear() {
      if (isDrawn) screen.write('\r\u001b[K')
      isDrawn = false
    },
  }
}
