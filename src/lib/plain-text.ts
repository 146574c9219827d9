/** Every control character (category Cc) but tab and line feed. */
const CONTROLS = /[^\P{Cc}\t\n]/gu

/** Text as every database takes it: no NUL and no other control character, no half of a surrogate pair, "\n" for line ends. */
export const plainText = (text: string): string =>
  text.replaceAll(/\r\n?/gu, '\n').replaceAll(CONTROLS, '').toWellFormed()

/** The same on one line, cut to `longest` characters. */
export const plainLine = (text: string, longest: number): string =>
  plainText(text.slice(0, longest * 4))
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed()
