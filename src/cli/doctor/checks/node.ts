import { type Check, fault, ok } from '../check.ts'

/** Below 22.18 Node runs no TypeScript, and below 22.14 better-sqlite3 ends the process without a word. launch.mjs says the same. */
export const node: Check = {
  id: 'node',
  needs: [],
  look({ node: version }) {
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major > 22 || (major === 22 && minor >= 18)) return [ok(`Node ${version}`)]
    return [
      fault(
        `Node ${version} is too old; Waybill needs 22.18 or newer`,
        'Start it with npm (npm run waybill -- doctor): "npm ci" has put a Node 24 into node_modules.',
      ),
    ]
  },
}
