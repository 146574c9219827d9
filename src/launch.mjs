// Plain JavaScript on purpose: an old Node must get this far to be told what to do. Below 22.14 better-sqlite3 ends the
// process without a word, and below 22.18 Node cannot run TypeScript.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  if (process.argv[3] === 'doctor') {
    const says = `Node ${process.versions.node} is too old; Waybill needs 22.18 or newer`
    const fix = 'Start it with npm (npm run waybill -- doctor): "npm ci" has put a Node 24 into node_modules.'
    const found = [{ check: 'node', ok: false, level: 'fault', says, fix }]
    console.log(process.argv.includes('--json') ? JSON.stringify(found, undefined, 2) : `✗ node  ${says}\n  → ${fix}`)
    process.exit(1)
  }
  console.error(
    `Waybill needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      'Start it with npm (npm start, npm run waybill -- …): "npm ci" has put a Node 24 into node_modules.\n' +
      'If you installed with --omit=optional, use a newer Node or run "npm ci" without it.',
  )
  process.exit(1)
}
const [, , entry = 'main', ...rest] = process.argv
process.argv.splice(2, process.argv.length, ...rest)
await import(new URL(`./${entry}.ts`, import.meta.url).href)
