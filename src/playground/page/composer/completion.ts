import type { CommandHint } from '../../page-contract.ts'

/** Which commands fit what was typed; none once it is more than a command's fixed words. */
export function completions(typed: string, commands: readonly CommandHint[]): readonly CommandHint[] {
  if (!typed.startsWith('/') || typed.includes('\n')) return []
  const wanted = words(typed)
  return commands.filter(({ form }) => {
    const fixed = fixedWords(form)
    const short = Math.min(wanted.length, fixed.length)
    const last = wanted.length - 1
    if (wanted.length > fixed.length) return false
    return fixed
      .slice(0, short)
      .every((word, index) => (index === last ? word.startsWith(wanted[index]!) : word === wanted[index]))
  })
}

/** What the line becomes when a command is taken: its fixed words, with room for what is missing. */
export function completed({ form }: CommandHint): string {
  const fixed = fixedWords(form)
  return fixed.length < form.split(' ').length ? `${fixed.join(' ')} ` : fixed.join(' ')
}

/** The words before the first `<placeholder>` or `[option]`. */
function fixedWords(form: string): readonly string[] {
  const all = form.split(' ')
  const open = all.findIndex((word) => /^[<[@(#"“]/.test(word))
  return open < 0 ? all : all.slice(0, open)
}

const words = (typed: string): readonly string[] => typed.trimStart().split(/ +/)
