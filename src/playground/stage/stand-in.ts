/** What the bot asks a language model, as far as the stand-in reads it. */
export interface Asked {
  readonly topics: readonly { readonly id: string; readonly description: string }[]
  readonly text: string
}

/** An answer in the bot's own form. */
export type StandInReading = Readonly<Record<string, unknown>>

export const STAND_IN_SAYS = 'stand-in (no real language model): looks for the words of the topic descriptions'

/**
 * Counts the words and phrases of each topic's description in the text; rare words count more, and how far the best topic
 * leads is how sure it is: not at all of a text with none of them, such as one in another language. Urgency, intent and mood
 * come from short lists of words. It knows nothing but what it was sent.
 */
export function readAsStandIn({ topics, text }: Asked): StandInReading {
  const heard = new Set(stemsOf(text))
  const known = topics.map(({ id, description }) => ({ id, phrases: phrasesOf(description) }))
  const spread = new Map<string, number>()
  for (const { phrases } of known)
    for (const stem of new Set(phrases.flat())) spread.set(stem, (spread.get(stem) ?? 0) + 1)

  const scored = known
    .map(({ id, phrases }) => {
      const words = [...new Set(phrases.flat())].filter((stem) => heard.has(stem))
      const whole = phrases.filter((phrase) => phrase.length > 1 && phrase.every((stem) => heard.has(stem)))
      const rarity = words.reduce((sum, stem) => sum + Math.log(1 + topics.length / (spread.get(stem) ?? 1)), 0)
      return { id, score: rarity + whole.length * WHOLE_PHRASE }
    })
    .toSorted((a, b) => b.score - a.score)
  const [first, second] = scored
  const best = first?.score ?? 0
  const total = scored.reduce((sum, { score }) => sum + Math.exp((score - best) / TEMPERATURE), 0)
  const priority = priorityOf(text)
  return {
    // The bot's form has no "none of these": that is said by the confidence.
    topic: first?.id,
    second_topic: second && second.score > 0 ? second.id : null,
    confidence: best === 0 ? 0 : round(Math.min(MOST_CONFIDENT, 1 / total)),
    intent: intentOf(text),
    priority,
    sentiment: round(Math.max(-1, (count(text, GLAD) - count(text, CROSS)) / 3)),
    urgency: { P1: 1, P2: 0.7, P3: 0.4, P4: 0.1 }[priority],
    flags: FLAGS.filter(([, words]) => words.test(text)).map(([flag]) => flag),
    summary: firstSentence(text),
  }
}

const WHOLE_PHRASE = 1.5
const TEMPERATURE = 2.5
const MOST_CONFIDENT = 0.85

const STOP = new Set(
  'a an and are as at be by can cannot do for from how i in is it its me my no not of on or our so that the their them this to was we were where which with you your'.split(
    ' ',
  ),
)

const stemsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !STOP.has(word)).map(stemOf)

/** English endings off, so that "invoices" finds "invoice". */
const stemOf = (word: string): string => (word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s|e|y)$/u, '') : word)

const phrasesOf = (description: string): readonly (readonly string[])[] =>
  description
    .split(/[,.;…]/u)
    .map(stemsOf)
    .filter((phrase) => phrase.length > 0)

const ALL = /\b(?:all|everyone|everybody|nobody|no one|anyone|whole|entire|every (?:user|site|team))\b/i
const STOPPED =
  /\b(?:down|unreachable|outage|not loading|not load|time-?out|dead|nothing works|cannot work|can't work)\b/i
const HARM =
  /\b(?:crash\w*|los[te]\w*|fail\w*|broke\w*|stopp?ed|urgent\w*|today|missing|vanished|blocked|locked out|overdue|deadline|can(?:no|')t|wrong|immediately|since (?:this|yesterday|monday|lunch|last)|twice|erased|expired|declined)\b/gi
const IDLE =
  /\b(?:how (?:do|can|to)|is there a|where (?:do|is|can)|whenever|no (?:rush|hurry)|would be nice|suggestion|feature|idea|curious)\b/i
const GLAD = /\b(?:thanks|thank you|great|love|happy|appreciate|danke|merci)\b/gi
const CROSS =
  /\b(?:angry|unacceptable|again|still|terrible|disappointed|ridiculous|fed up|third time|complain\w*|worst)\b|!{2,}/gi

const count = (text: string, words: RegExp): number => text.match(words)?.length ?? 0

function priorityOf(text: string): 'P1' | 'P2' | 'P3' | 'P4' {
  if (ALL.test(text) && STOPPED.test(text)) return 'P1'
  const harm = count(text, HARM)
  if (STOPPED.test(text) || harm > 1) return 'P2'
  return harm === 0 && IDLE.test(text) ? 'P4' : 'P3'
}

const INTENTS: readonly (readonly [string, RegExp])[] = [
  ['cancellation', /\b(?:cancel\w*|terminate|kündig\w*)\b/i],
  ['complaint', /\b(?:complain\w*|unacceptable|disappointed|third time|fed up)\b/i],
  ['problem', /\b(?:error|crash\w*|fail\w*|broke\w*|down|wrong|bug|not work\w*|stopp?ed|cannot|can't|missing)\b/i],
  ['request', /\b(?:please|could you|can you|would like|need)\b/i],
  ['question', /\?/],
]
const intentOf = (text: string): string => INTENTS.find(([, words]) => words.test(text))?.[0] ?? 'feedback'

const FLAGS: readonly (readonly [string, RegExp])[] = [
  ['churn', /\b(?:cancel (?:our|my|the)|competitor|leaving you|switch away)\b/i],
  ['legal', /\b(?:lawyer|solicitor|lawsuit|gdpr|legal action)\b/i],
  ['security', /\b(?:breach|hacked|phishing|vulnerab\w*|somebody else's)\b/i],
  ['financial', /\b(?:refund|charged twice|overcharged|chargeback)\b/i],
  ['data-loss', /\b(?:data (?:is|are) gone|deleted our|lost (?:data|records|photos))\b/i],
  ['outage', /\b(?:outage|unreachable|down for|is down|are down)\b/i],
]

/** The first sentence under the subject with something to it, 25 words at most. */
function firstSentence(text: string): string {
  const [subject = '', ...body] = text.split(/\n{2,}/u)
  const sentences = (body.join('\n').trim() || subject)
    .split(/(?<=[.!?。！？])\s+|\n+/u)
    .map((sentence) => sentence.trim())
  const words = (sentences.find((sentence) => sentence.length > 20) ?? sentences[0] ?? '').split(/\s+/u)
  return words.slice(0, 25).join(' ')
}

const round = (value: number): number => Math.round(value * 100) / 100
