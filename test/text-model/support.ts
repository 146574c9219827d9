import { readFileSync } from 'node:fs'
import type { CorpusExample } from '../../src/text-model/ticket-model.ts'

export interface CorpusLine extends CorpusExample {
  readonly topic: string
  readonly language: string
}

/** The starter corpus, in file order. */
export const starterCorpus = (): readonly CorpusLine[] =>
  ['corpus-a', 'corpus-b'].flatMap((name) =>
    readFileSync(new URL(`../../db/seeds/${name}.jsonl`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line): CorpusLine => JSON.parse(line)),
  )

/** One kind of ticket the corpus hardly knows, each worded differently; the last is the one nobody has taught. */
export const WHERE_DATA_LIVES = [
  'In which country do you keep our records? Our legal department asks before they sign.',
  'Data residency\n\nCan you confirm that everything we upload is stored inside the European Union?',
  'We need hosting in Frankfurt or Dublin, not in the United States. Is an EU region available on our plan?',
  'Our works council wants to know the location of the servers holding employee records.',
  'Is there a list of data centres and sub-processors, with their countries?',
  'For our Swiss customers the information must stay in Switzerland. Do you offer a Swiss region?',
  'Where physically are backups kept? The auditor asks for city and provider.',
  'Please send a statement on data location and cross-border transfers for our privacy officer.',
  'Can our tenant be moved from the US region to the EU region?',
  'Do any of your hosting providers replicate customer data outside Europe?',
  'Standard contractual clauses: which servers outside the EU process our data?',
  'Canadian public sector here: our data has to be hosted within Canada. Possible?',
  'Which AWS region is our workspace hosted in?',
  'Do support people outside the EU get to see personal data stored on your servers?',
  'Our insurer requires that storage and backups remain in Germany. Can you guarantee that in writing?',
  'Question on data sovereignty: who can access the servers, and under which jurisdiction do they fall?',
  'Before the renewal, compliance wants to see where personal data is processed and stored.',
  'Is customer data at rest located in the same region as the backups?',
  'Please fill in the attached transfer impact assessment: hosting location, sub-processors, region of backups.',
  'We are a hospital in Lyon and need certified health data hosting in France. Do your data centres qualify?',
] as const

export const UNTAUGHT =
  'Hello, procurement has one open point: do you keep what we store with you on European servers, and does a copy ever leave the continent?'
