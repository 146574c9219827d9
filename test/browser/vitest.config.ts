import { defineConfig } from 'vitest/config'

/** Tests that need a browser; `npm test` does without. */
export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  test: {
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: ['test/browser/chromium.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
  },
})
