const SHAPES = {
  play: <path d="M4.5 2.8v10.4L13 8z" />,
  pause: <path d="M4 3h3v10H4zM9 3h3v10H9z" />,
  next: <path d="M3 2.8v10.4L10.5 8zM11 3h2v10h-2z" />,
  copy: <path d="M5.5 1.5H13v10h-1.5V3H5.5zM3 4.5h7v10H3z" />,
  down: <path d="M8 12.5 2.5 6h11z" />,
  drop: <path d="M7.2 1.5h1.6v6.2l2.2-2.2 1.100 1.100L8 10.700 3.900 6.6 5 5.5l2.2 2.2zM2 12.5h12V14H2z" />,
} as const

/** Filled signs of the player; decoration only, the control says what it does. */
export function Glyph({ name, size = 14 }: { readonly name: keyof typeof SHAPES; readonly size?: number }) {
  return (
    <svg className="glyph" width={size} height={size} viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  )
}
