import type { Output } from '../output.ts'
import type { Level } from './check.ts'
import type { Examined } from './examine.ts'

const MARKS: Readonly<Record<Level, string>> = { ok: '✓', warning: '!', fault: '✗', unknown: '·' }

/** A line for each finding, and below it what to do. Resolves with the exit code: 1 when anything is a fault. */
export function printFindings(
  found: readonly Examined[],
  { json }: { readonly json: boolean },
  { out }: Pick<Output, 'out'>,
): 0 | 1 {
  const faults = found.filter(({ level }) => level === 'fault').length
  const warnings = found.filter(({ level }) => level === 'warning').length
  if (json) out(JSON.stringify(found.map(toJson), undefined, 2))
  else {
    const width = Math.max(0, ...found.map(({ check }) => check.length))
    for (const { level, check, says, fix } of found) {
      out(`${MARKS[level]} ${check.padEnd(width)}  ${says}`)
      if (fix) out(`  ${' '.repeat(width)}  → ${fix}`)
    }
    out('')
    out(
      faults === 0
        ? `Nothing is wrong${warnings > 0 ? `; ${count(warnings, 'warning')}` : ''}.`
        : `${count(faults, 'fault')} to mend.`,
    )
  }
  return faults > 0 ? 1 : 0
}

/** `ok` is null for what could not be looked at; a warning is ok with something to do. */
const toJson = ({ check, level, says, fix }: Examined) => ({
  check,
  ok: level === 'unknown' ? null : level !== 'fault',
  level,
  says,
  fix,
})

const count = (many: number, what: string) => `${many} ${what}${many === 1 ? '' : 's'}`
