import type { Census } from '../core/census.ts'

export interface Sample<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>
  readonly value: number
}

/** A number that goes up and down, read from a census when somebody asks. Labels never hold what customers wrote. */
export interface Gauge<Label extends string = string> {
  readonly id: string
  readonly help: string
  readonly labels: readonly Label[]
  read(census: Census): readonly Sample<Label>[]
}

/** Without labels. */
export const single = (value: number | undefined): readonly Sample<never>[] =>
  value === undefined ? [] : [{ labels: {}, value }]
