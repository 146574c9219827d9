import { parseEnv } from 'node:util'
import { editDistance } from '../../../lib/nearest-word.ts'
import { type Check, fault, ok, warning } from '../check.ts'

/** Two slips of the finger; more is another word. */
const SLIPS = 2

/** The file of settings: readable by us, by nobody else, and without a misspelt name. */
export const envFile: Check = {
  id: 'env-file',
  needs: ['modules'],
  async look(around) {
    const file = await around.envFile()
    if (!file) return [ok('no .env; settings come from the environment')]
    if (file.text === undefined)
      return [
        fault(`.env cannot be read (${file.unreadable})`, `Give it to the user Waybill runs as: chown … ${file.path}`),
      ]
    const open = file.mode & 0o077
    const names = await around.settingNames()
    const misspelt = Object.keys(parseEnv(file.text)).flatMap((name) => {
      const meant = names.includes(name) ? undefined : names.find((known) => editDistance(name, known) <= SLIPS)
      return meant ? [warning(`.env sets ${name}, which nobody reads`, `Rename it to ${meant}.`)] : []
    })
    const mode = `0${(file.mode & 0o777).toString(8)}`
    return [
      open === 0
        ? ok(`.env is there, for you alone (${mode})`)
        : warning(`.env holds secrets and others may read it (${mode})`, 'chmod 600 .env'),
      ...misspelt,
    ]
  },
}
