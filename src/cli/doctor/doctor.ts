import type { Output } from '../output.ts'
import { checks } from './checks/index.ts'
import { examine } from './examine.ts'
import { printFindings } from './print.ts'
import { surroundings } from './surroundings.ts'

/**
 * `waybill doctor`: what is set up and what is not, each with what to do. Changes nothing. Resolves with the exit code: 1
 * when anything needs mending.
 */
export async function doctor(
  options: { readonly json: boolean },
  environment: Readonly<Record<string, string | undefined>>,
  output: Pick<Output, 'out'>,
): Promise<0 | 1> {
  const found = await examine(checks, surroundings(environment, process.cwd()))
  return printFindings(found, options, output)
}
