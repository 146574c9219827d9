import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import * as clack from '@clack/prompts'
import { type Asker, type Choice, LeftError } from './asker.ts'

/** Questions for a terminal: arrow keys, masked secrets, Ctrl-C and Esc leave. */
export function terminalAsker(output: Writable): Asker {
  const common = { output }
  const answered = async <Value>(question: Promise<Value | typeof clack.CANCEL_SYMBOL>): Promise<Value> => {
    const answer = await question
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
      return (await answered(clack.text({ ...common, message, ...placeholder, validate }))).trim()
    },

    async secret(message, refuses) {
      const validate = (answer = '') => refuses?.(answer.trim())
      return (await answered(clack.password({ ...common, message, validate, clearOnError: true }))).trim()
    },

    choose: (message, choices, initial) =>
      answered(
        clack.select({
          ...common,
          message,
          options: options(choices),
          ...(initial !== undefined && { initialValue: initial }),
        }),
      ),

    several: (message, choices, initial) =>
      answered(
        clack.multiselect({
          ...common,
          message,
          options: options(choices),
          initialValues: [...initial],
          required: true,
        }),
      ),

    confirm: (message, initialValue) => answered(clack.confirm({ ...common, message, initialValue })),

    // No spinner: the library's ends the process with 0 when somebody presses Ctrl-C.
    async busy(says, work) {
      clack.log.message(says, { ...common, symbol: '…' })
      return work()
    },
  }
}
