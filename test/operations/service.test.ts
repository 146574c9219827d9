import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FILE = new URL('../../docs/operations/waybill.service', import.meta.url).pathname
const unit = readFileSync(FILE, 'utf8')

/** What systemd.unit(5), systemd.service(5), systemd.exec(5) and systemd.kill(5) know of what we use. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Unit: ['Description', 'Documentation', 'Wants', 'After', 'StartLimitIntervalSec', 'StartLimitBurst'],
  Service: `
    Type User Group WorkingDirectory EnvironmentFile Environment ExecStart Restart RestartSec KillSignal
    KillMode TimeoutStopSec StateDirectory StateDirectoryMode UMask NoNewPrivileges CapabilityBoundingSet
    AmbientCapabilities ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectClock ProtectControlGroups
    ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc
    RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC
    SystemCallArchitectures SystemCallFilter SystemCallErrorNumber`
    .trim()
    .split(/\s+/),
  Install: ['WantedBy'],
}

test('every line of the unit is one systemd knows', () => {
  let section = ''
  for (const line of unit.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const named = /^\[(\w+)\]$/.exec(line)?.[1]
    if (named) {
      section = named
      expect(KNOWN).toHaveProperty(section)
    } else expect(KNOWN[section]).toContain(line.slice(0, line.indexOf('=')))
  }
  expect(section).toBe('Install')
})

test('systemd itself agrees, where there is one', () => {
  const said = spawnSync('systemd-analyze', ['verify', '--man=no', FILE], { encoding: 'utf8' })
  const isThere = !(said.error && 'code' in said.error && said.error.code === 'ENOENT')

  expect(isThere ? said.stderr : '').not.toMatch(/waybill\.service:\d+: /)
})

test('stops by the signal main.ts hears, with more time than it takes', () => {
  expect(unit).toMatch(/^KillSignal=SIGTERM$/m)
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(10)
  expect(unit).toMatch(/^ExecStart=.* node src\/launch\.mjs main$/m)
})
