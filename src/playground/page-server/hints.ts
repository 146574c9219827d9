import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import * as z from 'zod'
import { COMMANDS } from '../../slack/commands/index.ts'
import type { CommandHint, ShortcutHint } from '../page-contract.ts'

const Manifest = z.object({
  features: z.object({
    shortcuts: z
      .array(z.object({ name: z.string(), callback_id: z.string(), type: z.enum(['message', 'global']) }))
      .default([]),
  }),
})

const MANIFEST = new URL('../../../manifest.yml', import.meta.url)

/** Every form of every command. Who may use it, the bot says itself. */
export const commandHints = (): readonly CommandHint[] =>
  COMMANDS.flatMap(({ uses }) => uses.map(({ form, does }) => ({ form: `/waybill ${form}`, does })))

/** What Slack shows in its menus, from the manifest a real app is made from. */
export function shortcutHints(): readonly ShortcutHint[] {
  const { features } = Manifest.parse(parse(readFileSync(MANIFEST, 'utf8')))
  return features.shortcuts.map(({ name, callback_id: callbackId, type: kind }) => ({ callbackId, name, kind }))
}
