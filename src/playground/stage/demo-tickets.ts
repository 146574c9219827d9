import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { PRIORITIES } from '../../core/classification.ts'

/** A ticket of the demo, with what a person would say about it. */
const DemoTicket = z.object({
  from: z.object({ name: z.string(), email: z.string() }),
  subject: z.string(),
  body: z.string(),
  topic: z.string(),
  priority: z.enum(PRIORITIES),
})
export type DemoTicket = z.infer<typeof DemoTicket>

const SEEDS = new URL('../../../db/seeds/demo-tickets.jsonl', import.meta.url)

/** `count` tickets, as many as there are when left out; past the end of the seeds the same customers write again. */
export function demoTickets(count?: number): readonly DemoTicket[] {
  const seeds = readFileSync(SEEDS, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => DemoTicket.parse(JSON.parse(line)))
  return Array.from({ length: count ?? seeds.length }, (_, index) => {
    const seed = seeds[index % seeds.length]!
    return again(seed, Math.floor(index / seeds.length))
  })
}

/** The same customer writing once more; rounds are counted from 0. */
export const again = <Written extends { readonly subject: string }>(ticket: Written, round: number): Written =>
  round === 0 ? ticket : { ...ticket, subject: `${ticket.subject} (again, ${round + 1})` }
