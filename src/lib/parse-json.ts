import { RejectedError } from '../errors.ts'

const DEEPEST = 50

/** What came in as JSON from anybody. RejectedError for what is no JSON, is made to hurt, or nests deeper than 50 levels. */
export function parseJson(body: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    throw new RejectedError('The body is not JSON.', { cause: error })
  }
  refuseTraps(value, '', 1)
  return value
}

/** JSON made to hurt whoever walks it: nested without end, or with a key that reaches behind the object. */
function refuseTraps(value: unknown, path: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > DEEPEST) throw new RejectedError(`The body is nested deeper than ${DEEPEST} levels.`)
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') throw new RejectedError(`${path}__proto__: is not allowed as a key.`)
    refuseTraps(inner, `${path}${key}.`, depth + 1)
  }
}
