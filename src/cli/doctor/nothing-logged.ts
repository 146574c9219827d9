import type { Log } from '../../ports.ts'

/** Says nothing: what goes wrong becomes a finding, or an answer on the screen. */
export const nothingLogged: Log = { debug() {}, info() {}, warn() {}, error() {} }
