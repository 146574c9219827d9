import type { CommandHint } from '../../page-contract.ts'

/** Which commands fit what was typed so far; none once their fixed words are all there. */
export function completions(typed: string, commands: readonly CommandHint[]): readonly CommandHint[] {
  if (!typed.startsWith('/') || typed.includes('\n')) return []
  const words = typed.split(/ +/)
  const last = words.length - 1
  return commands.filter(({ form }) => {
    const fixed = fixedWords(form)
    if (words.length > fixed.length) return false
    return words.every((word, index) => (index === last ? fixed[index]!.startsWith(word) : fixed[index] === word))
  })
}

/** The command whose fixed words were typed, while its arguments are. */
export function commandBeingTyped(typed: string, commands: readonly CommandHint[]): CommandHint | undefined {
  const fitting = commands.filter(({ form }) => typed.startsWith(`${fixedWords(form).join(' ')} `))
  return fitting.toSorted((a, b) => fixedWords(b.form).length - fixedWords(a.form).length)[0]
}

/** What the line becomes when a command is taken: its fixed words, and a blank where arguments follow. */
export function completed({ form }: CommandHint): string {
  const fixed = fixedWords(form)
  return fixed.length < form.split(' ').length ? `${fixed.join(' ')} ` : fixed.join(' ')
}

/** The words before the first argument: `<number>`, `[team]`, or an example such as `@grace` or `4711`. */
function fixedWords(form: string): readonly string[] {
  const all = form.split(' ')
  const open = all.findIndex((word) => /^[<[@#("“\d]/.test(word))
  return open < 0 ? all : all.slice(0, open)
}
