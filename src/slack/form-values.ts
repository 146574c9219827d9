import * as z from 'zod'
import type { FormValues } from './action.ts'

const Entered = z.object({
  selected_option: z.object({ value: z.string() }).nullish(),
  value: z.string().nullish(),
})
const Values = z.record(z.string(), z.record(z.string(), Entered))

/** What was entered, by block id: the selected value or the typed text. */
export function formValues(values: unknown): FormValues {
  const read = Values.safeParse(values)
  if (!read.success) return {}
  return Object.fromEntries(
    Object.entries(read.data).map(([block, elements]) => {
      const [entered] = Object.values(elements)
      return [block, entered?.selected_option?.value ?? entered?.value ?? undefined]
    }),
  )
}
