import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian's package; another one by CHROMIUM. */
const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Refuses to begin without a browser: tests that were skipped would look like tests that passed. */
export default function setup(): void {
  chromiumPath()
}

export function chromiumPath(): string {
  const found = PATHS.find((path) => path !== undefined && existsSync(path))
  if (found) return found
  throw new Error(
    'No Chromium here. On Debian: apt-get install chromium. Elsewhere: CHROMIUM=/path/to/chromium npm run test:browser',
  )
}

/** A headless browser that asks nobody outside for anything. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
