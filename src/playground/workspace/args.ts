import type { Fields } from './model.ts'
import { invalid, SlackError } from './slack-error.ts'

/** The arguments of a Web API call, form or JSON: nested values may come as JSON text, truth as 'true' or '1'. */
export interface Args {
  readonly all: Fields
  has(name: string): boolean
  text(name: string): string | undefined
  required(name: string): string
  flag(name: string): boolean | undefined
  number(name: string): number | undefined
  list(name: string): readonly string[]
  json(name: string, malformed: string): unknown
}

export function args(all: Fields): Args {
  const text = (name: string) => {
    const value = all[name]
    if (value === undefined || value === null) return undefined
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  return {
    all,
    text,
    has: (name) => all[name] !== undefined && all[name] !== null && all[name] !== '',

    required(name) {
      const value = text(name)
      if (!value) throw invalid('invalid_arguments', [`[ERROR] missing required field: ${name}`])
      return value
    },

    flag(name) {
      const value = text(name)
      return value === undefined ? undefined : value === 'true' || value === '1'
    },

    number(name) {
      const value = text(name)
      if (value === undefined || value === '') return undefined
      if (Number.isNaN(Number(value))) throw invalid('invalid_arguments', [`[ERROR] must be a number: ${name}`])
      return Number(value)
    },

    list(name) {
      const value = all[name]
      if (Array.isArray(value)) return value.map(String)
      return (text(name) ?? '').split(',').filter(Boolean)
    },

    json(name, malformed) {
      const value = all[name]
      if (value === undefined || value === null || value === '') return undefined
      if (typeof value !== 'string') return value
      try {
        return JSON.parse(value) as unknown
      } catch {
        throw new SlackError(malformed)
      }
    },
  }
}
