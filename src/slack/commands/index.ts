import type { Command } from '../command.ts'
import { helpCommand } from './help.ts'
import { skillsCommand } from './skills.ts'
import { whyCommand } from './why.ts'

/** The words after `/waybill`, in the order help lists them. */
export const COMMANDS: readonly Command[] = [helpCommand, skillsCommand, whyCommand]
