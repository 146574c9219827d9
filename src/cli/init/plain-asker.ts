import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { ConfigError } from '../../errors.ts'
import { type Asker, type Choice, LeftError } from './asker.ts'

type Read<Answer> = { readonly answer: Answer } | { readonly refused: string }

/**
 * Questions where there is no terminal: one line each, answers from `input` line by line, nothing drawn over. The answer is
 * not written back, so a secret that is piped in stays unseen; from an input that `echoes` none is taken (ConfigError). An
 * input that ends is somebody who left.
 */
export function plainAsker(
  input: Readable,
  output: Writable,
  { echoes = false }: { readonly echoes?: boolean } = {},
): Asker & { close(): void } {
  const reader = createInterface({ input, terminal: false })
  const lines = reader[Symbol.asyncIterator]()
  const say = (line: string) => void output.write(`${line}\n`)
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new LeftError('The input ended.')
    return value.trim()
  }

  async function ask<Answer>(question: string, read: (line: string) => Read<Answer>): Promise<Answer> {
    for (;;) {
      say(`? ${question}`)
      const said = read(await next())
      if ('answer' in said) return said.answer
      say(`✗ ${said.refused}`)
    }
  }

  const unless = (refused: string | undefined, answer: string): Read<string> =>
    refused === undefined ? { answer } : { refused }

  const listed = (choices: readonly Choice<string>[]) =>
    choices.map(({ label, hint }, index) => `    ${index + 1}) ${label}${hint ? ` (${hint})` : ''}`).join('\n')

  const chosen = <Value extends string>(choices: readonly Choice<Value>[], word: string): Value | undefined =>
    choices.find(({ value }, index) => word === value || word === String(index + 1))?.value

  const asker: Asker & { close(): void } = {
    begin: (title) => say(title),
    step: (title, explanation) => say(`\n${title}${explanation ? `\n${explanation}` : ''}`),
    done: (says) => say(`✓ ${says}`),
    wrong: (says, fix) => say(`✗ ${says}\n  → ${fix}`),
    careful: (says, fix) => say(`! ${says}\n  → ${fix}`),
    show: (text, title) => say(`${title ? `\n${title}\n` : ''}\n${text}\n`),
    end: (says) => say(says),

    text: (question, { initial, refuses } = {}) =>
      ask(initial === undefined ? question : `${question} [${initial}]`, (line) => {
        const answer = line || initial || ''
        return unless(refuses?.(answer), answer)
      }),

    async secret(question, refuses) {
      if (echoes)
        throw new ConfigError(
          'A secret would stand on the screen here. Run this with its output on the terminal too, or put the secret into .env.',
        )
      return ask(question, (line) => unless(refuses?.(line), line))
    },

    choose: (question, choices, initial) =>
      ask(`${question}${initial === undefined ? '' : ` [${initial}]`}\n${listed(choices)}`, (line) => {
        const answer = chosen(choices, line || (initial ?? ''))
        return answer ? { answer } : { refused: `Answer with a number from 1 to ${choices.length}.` }
      }),

    several: (question, choices, initial) =>
      ask(`${question} (numbers, separated by spaces) [${initial.join(' ')}]\n${listed(choices)}`, (line) => {
        const words = line === '' ? initial : line.split(/[\s,]+/)
        const answer = words.map((word) => chosen(choices, word)).filter((value) => value !== undefined)
        const isWhole = answer.length > 0 && answer.length === words.length
        return isWhole ? { answer } : { refused: `Answer with numbers from 1 to ${choices.length}, at least one.` }
      }),

    confirm: (question, initial) =>
      ask<boolean>(`${question} [${initial ? 'Y/n' : 'y/N'}]`, (line) => {
        if (line === '') return { answer: initial }
        if (/^(?:y|yes)$/i.test(line)) return { answer: true }
        return /^(?:n|no)$/i.test(line) ? { answer: false } : { refused: 'Answer y or n.' }
      }),

    async busy(says, work) {
      say(`… ${says}`)
      return work()
    },

    close: () => reader.close(),
  }
  return asker
}
