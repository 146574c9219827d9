import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import * as clack from '@clack/prompts'
import { type Asker, type Choice, LeftError } from './asker.ts'

interface Where {
  readonly input: Readable
  readonly output: Writable
  readonly signal: AbortSignal
}

/** Questions for a terminal: arrow keys, masked secrets; Ctrl-C, Esc and the end of the input (Ctrl-D) leave. */
export function terminalAsker(input: Readable, output: Writable): Asker {
  const common = { output }
  const answered = async <Value>(
    ask: (where: Where) => Promise<Value | typeof clack.CANCEL_SYMBOL>,
  ): Promise<Value> => {
    const answer = await untilEnd(input, (signal) => ask({ input, output, signal }))
    if (clack.isCancel(answer)) throw new LeftError('You left.')
    return answer
  }
  const options = <Value extends string>(choices: readonly Choice<Value>[]) =>
    choices.map(({ value, label, hint }) => ({ value, label, ...(hint && { hint }) })) as clack.Option<Value>[]

  return {
    begin: (title) => clack.intro(title, common),
    step: (title, explanation) => clack.log.step(explanation ? `${title}\n${explanation}` : title, common),
    done: (says) => clack.log.message(says, { ...common, symbol: styleText('green', '✓') }),
    wrong: (says, fix) => clack.log.message(`${says}\n→ ${fix}`, { ...common, symbol: styleText('red', '✗') }),
    careful: (says, fix) => clack.log.message(`${says}\n→ ${fix}`, { ...common, symbol: styleText('yellow', '!') }),
    // A link must not be cut by a frame: whoever copies it would copy the frame.
    show: (text, title) => void output.write(`${title ? `\n${title}\n` : ''}\n${text}\n\n`),
    end: (says) => clack.outro(says, common),

    async text(message, { initial, refuses } = {}) {
      const validate = (answer = '') => refuses?.(answer.trim() || initial || '')
      const placeholder = initial === undefined ? {} : { placeholder: initial, defaultValue: initial }
      return (await answered((where) => clack.text({ ...where, message, ...placeholder, validate }))).trim()
    },

    async secret(message, refuses) {
      const validate = (answer = '') => refuses?.(answer.trim())
      return (await answered((where) => clack.password({ ...where, message, validate, clearOnError: true }))).trim()
    },

    choose: (message, choices, initial) =>
      answered((where) =>
        clack.select({
          ...where,
          message,
          options: options(choices),
          ...(initial !== undefined && { initialValue: initial }),
        }),
      ),

    several: (message, choices, initial) =>
      answered((where) =>
        clack.multiselect({
          ...where,
          message,
          options: options(choices),
          initialValues: [...initial],
          required: true,
        }),
      ),

    confirm: (message, initialValue) => answered((where) => clack.confirm({ ...where, message, initialValue })),

    // No spinner: the library's ends the process with 0 when somebody presses Ctrl-C.
    async busy(says, work) {
      clack.log.message(says, { ...common, symbol: '…' })
      return work()
    },
  }
}

/**
 * Aborts a question nobody can answer any more. The library does not notice: at the end of the input, and at Ctrl-D on an
 * empty line, Node's readline stops reading (it pauses the input), and the question would wait for ever.
 */
async function untilEnd<Answer>(input: Readable, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const over = new AbortController()
  let isAnswered = false
  // An answer pauses the input too; it has arrived by the next turn.
  const look = () =>
    void setImmediate(() => {
      const isOver = input.isPaused() || input.readableEnded || input.destroyed
      if (isOver && !isAnswered) over.abort()
    })
  const signs = ['pause', 'end', 'close']
  for (const sign of signs) input.on(sign, look)
  try {
    const asked = ask(over.signal)
    if (input.readableEnded || input.destroyed) look()
    return await asked
  } finally {
    isAnswered = true
    for (const sign of signs) input.off(sign, look)
  }
}
