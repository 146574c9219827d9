import type { SourceText } from '../../page-contract.ts'

export interface Piece {
  readonly text: string
  readonly kind: 'plain' | 'comment' | 'string' | 'number' | 'word' | 'key'
}

const TS_WORDS =
  'as|async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|false|finally|for|from|function|if|import|in|instanceof|interface|let|new|null|of|readonly|return|satisfies|switch|this|throw|true|try|type|typeof|undefined|void|while|yield'
const SQL_WORDS =
  'add|alter|and|as|asc|begin|by|check|commit|constraint|create|default|delete|desc|drop|exists|foreign|from|group|if|in|index|insert|into|is|join|key|limit|not|null|on|or|order|primary|references|select|set|table|unique|update|values|where|with'

/** One expression per language; the name of the group that matched is the kind. The first that fits at a place wins. */
const GRAMMARS: Readonly<Record<SourceText['language'], RegExp | undefined>> = {
  ts: new RegExp(
    String.raw`(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|${'`'}(?:[^${'`'}\\]|\\[\s\S])*${'`'})|(?<number>\b\d[\d_]*(?:\.\d+)?\b)|(?<![.\w$])(?<word>${TS_WORDS})(?![\w$])`,
    'g',
  ),
  json: /(?<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<word>\b(?:true|false|null)\b)/g,
  yaml: /(?<comment>(?<=^|\s)#.*)|(?<key>[\w.-]+(?=:(?:\s|$)))|(?<string>'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\.)*")|(?<number>(?<![\w.-])\d+(?:\.\d+)?(?![\w.-]))|(?<word>(?<![\w-])(?:true|false|null)(?![\w-]))/gm,
  md: /(?<key>^#{1,6} .*)|(?<string>`[^`\n]+`)|(?<word>\*\*[^*\n]+\*\*)/gm,
  sql: new RegExp(
    String.raw`(?<comment>--.*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<number>\b\d+\b)|(?<word>\b(?:${SQL_WORDS})\b)`,
    'gi',
  ),
  text: undefined,
}

/** A source as lines of coloured pieces; put together again they are the text, without its line ends. */
export function sourceLines({ text, language }: Pick<SourceText, 'text' | 'language'>): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]]
  for (const piece of piecesOf(text.replace(/\r\n?/g, '\n').replace(/\n$/, ''), GRAMMARS[language])) {
    for (const [at, part] of piece.text.split('\n').entries()) {
      if (at > 0) lines.push([])
      if (part !== '') lines.at(-1)?.push({ ...piece, text: part })
    }
  }
  return lines
}

function* piecesOf(text: string, grammar: RegExp | undefined): Generator<Piece> {
  let done = 0
  for (const match of grammar ? text.matchAll(grammar) : []) {
    if (match.index > done) yield { kind: 'plain', text: text.slice(done, match.index) }
    const kind = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0]
    yield { kind: (kind ?? 'plain') as Piece['kind'], text: match[0] }
    done = match.index + match[0].length
  }
  if (done < text.length) yield { kind: 'plain', text: text.slice(done) }
}
