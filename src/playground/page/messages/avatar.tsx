import type { PagePerson } from '../../page-contract.ts'

/** Initials on a colour that follows from the id; the app has its own mark. */
export function Avatar({
  person,
  id,
  size,
}: {
  readonly person: PagePerson | undefined
  readonly id: string
  readonly size: number
}) {
  if (person?.isBot) return <BotMark size={size} />
  const name = person?.realName || person?.name || '?'
  return (
    <span
      className="avatar"
      aria-hidden="true"
      style={{ inlineSize: size, blockSize: size, fontSize: size * 0.4, background: `hsl(${hueOf(id)} 42% 32%)` }}
    >
      {initials(name)}
    </span>
  )
}

/** The waybill: a label with a stub to tear off. */
export function BotMark({ size }: { readonly size: number }) {
  return (
    <svg className="avatar" width={size} height={size} viewBox="0 0 36 36" aria-hidden="true">
      <rect width="36" height="36" rx="8" fill="#0e5a5a" />
      <path
        d="M8 12l4.5 13 5.5-12 5.5 12L28 12"
        fill="none"
        stroke="#ffc857"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean)
  return (words.length > 1 ? [words[0], words.at(-1)] : words).map((word) => word?.[0]?.toUpperCase() ?? '').join('')
}

function hueOf(id: string): number {
  let hash = 7
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 3600
  // Steps of 24 degrees: neighbours stay apart.
  return (hash % 15) * 24
}
