import { build } from 'vite'

// A process of its own: the bundler takes a few hundred megabytes and a second of every core, and sets NODE_ENV, and all of that
// ends with it. What it writes to standard error is for people.
const [, , root, outDir] = process.argv
if (root === undefined || outDir === undefined) throw new Error('Say where the page is and where it is to go.')

try {
  await build({
    root,
    configFile: false,
    envFile: false,
    logLevel: 'silent',
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2023',
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
    },
  })
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
