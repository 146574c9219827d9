import { readFileSync } from 'node:fs'
import { type Backup, type Restored, restoreBackup, takeBackup } from '../storage/backup/index.ts'
import type { Output } from './output.ts'
import { type Progress, progressOn, type Screen } from './progress.ts'

interface BackupTools {
  readonly url: string
  readonly workspace: string
  readonly now: () => string
  readonly output: Output
  /** Where progress is drawn: standard error. */
  readonly screen: Screen
}

/** `waybill backup <file>`: everything that counts in one file, while Waybill goes on serving. */
export async function backUp(
  file: string,
  { force, json }: { readonly force: boolean; readonly json: boolean },
  { url, now, output, screen }: BackupTools,
): Promise<void> {
  const backup = await drawn(screen, (onPart) => takeBackup({ url, file, force, waybill: version(), now, onPart }))
  if (json) return output.out(JSON.stringify(backup))
  output.out(`${backup.file}: ${contentOf(backup)}, ${megabytes(backup.bytes)}, as of ${backup.madeAt}.`)
  output.out(`It was read back whole (SHA-256 of its lines ${backup.sha256}).`)
}

/** `waybill restore <file>`: puts it in the place of the configured database, all or nothing. */
export async function restore(
  file: string,
  { replace, json }: { readonly replace: boolean; readonly json: boolean },
  { url, workspace, now, output, screen }: BackupTools,
): Promise<void> {
  const restored = await drawn(screen, (onPart) => restoreBackup({ file, url, workspace, replace, now, onPart }))
  if (json) return output.out(JSON.stringify(restored))
  output.out(`Restored ${contentOf(restored)}, as of ${restored.madeAt}.`)
  if (restored.aside) output.out(`What was there before is kept as ${restored.aside}; delete it when you miss nothing.`)
  output.out(
    'At its next start Waybill compares its cards with Slack before it posts anything: it adopts those it did not remember,\n' +
      'draws changed ones anew, and marks those of tickets this backup does not know.',
  )
}

async function drawn<Result>(
  screen: Screen,
  work: (onPart: (part: number, rows: number) => void) => Promise<Result>,
): Promise<Result> {
  const progress: Progress = progressOn(screen)
  try {
    return await work((part, rows) => progress.draw(part, `${rows} rows`))
  } finally {
    progress.clear()
  }
}

const contentOf = ({ rows }: Backup | Restored): string =>
  `${rows.tickets ?? 0} tickets, ${rows.messages ?? 0} messages, ${rows.lessons ?? 0} lessons, ${rows.slack_posts ?? 0} posts`

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version
