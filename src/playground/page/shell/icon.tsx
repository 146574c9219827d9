const PATHS = {
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  thread: 'M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z',
  smile: 'M8 14A6 6 0 108 2a6 6 0 000 12zM5.7 9.3c1 1.5 3.6 1.5 4.6 0M6 6.3h.01M10 6.3h.01',
  plus: 'M8 3v10M3 8h10',
  send: 'M2.5 8L13.5 3 10 13.5 7.5 9z',
  chevron: 'M4 6l4 4 4-4',
  lock: 'M4.5 7.5h7v6h-7zM6 7.5V5a2 2 0 014 0v2.5',
  hash: 'M6 2.5L5 13.5M11 2.5l-1 11M3 6h10.5M2.5 10H13',
  archive: 'M2.5 3.5h11v3h-11zM3.5 6.5v6.5h9V6.5M6.5 9.5h3',
  sun: 'M8 10.8a2.8 2.8 0 100-5.6 2.8 2.8 0 000 5.6zM8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1',
  moon: 'M13 9.5A5.5 5.5 0 016.5 3 5.5 5.5 0 1013 9.5z',
  keyboard: 'M1.5 4.5h13v7h-13zM4 7h.01M6.5 7h.01M9 7h.01M11.5 7h.01M5 9.5h6',
  home: 'M2.5 8L8 3l5.5 5M4 7v6.5h3v-3.5h2v3.5h3V7',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 100-4 2 2 0 000 4z',
  search: 'M7 12A5 5 0 107 2a5 5 0 000 10zM10.8 10.8L14 14',
  star: 'M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 9h5.8l.6-9',
  'thumb-up': 'M5 7.5v6H2.5v-6zM5 7.5L8 2.5c1.2 0 1.6 1 1.4 2L9 6.5h4l-1 7H5',
  'thumb-down': 'M5 8.5v-6H2.5v6zM5 8.5l3 5c1.2 0 1.6-1 1.4-2L9 9.5h4l-1-7H5',
  back: 'M10 3L5 8l5 5',
  pencil: 'M3 13l.6-2.8L10.5 3.3l2.2 2.2-6.9 6.9z',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  journey: 'M3.5 13a1.5 1.5 0 100-3 1.5 1.5 0 000 3zM12.5 6a1.5 1.5 0 100-3 1.5 1.5 0 000 3zM5 11.5h4a2 2 0 002-2V6',
  bolt: 'M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z',
} as const

export type IconName = keyof typeof PATHS

/** Decoration only: whatever it stands in has a label of its own. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.4 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
