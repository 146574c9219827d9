import * as z from 'zod'
import type { SlackWorkspace } from './contract.ts'
import type { Matcher } from './eyes.ts'
import type { VisibleMessage } from './ledger.ts'
import type { Fields } from './model.ts'
import type { UserView } from './user-view.ts'

/** A message by where it is, or the newest that shows a text; 'modal' and 'home' are the views of now. */
const Target = z.union([z.string(), z.looseObject({ channel: z.string(), ts: z.string() })])
const Shown = z.looseObject({ channelName: z.string(), text: z.string(), blocks: z.array(z.unknown()) })

/** Who does it: a user id, a name or an address. */
export const Gesture = z.object({ as: z.string() })
const Used = Gesture.extend({
  target: Target,
  control: z.string(),
  value: z.unknown().optional(),
  asShown: z.boolean().optional(),
})

/** What people do, as other processes and pages send it. A zod error or a plain one says what is wrong with it. */
export const GESTURES = {
  click: (sent, workspace) => {
    const { as, target, control, value, asShown = false } = Used.parse(sent)
    const person = workspace.as(as)
    return person.click(found(person, target), control, value, { asShown })
  },
  offered: (sent, workspace) => {
    const { as, target, control, query } = Gesture.extend({
      target: Target,
      control: z.string(),
      query: z.string(),
    }).parse(sent)
    const person = workspace.as(as)
    return person.offered(found(person, target), control, query)
  },
  submit: (sent, workspace) => {
    const { as, values } = Gesture.extend({ values: z.record(z.string(), z.unknown()).optional() }).parse(sent)
    return workspace.as(as).submit(values)
  },
  close: (sent, workspace) => workspace.as(Gesture.parse(sent).as).close(),
  command: (sent, workspace) => {
    const { as, line, channel } = Gesture.extend({ line: z.string(), channel: z.string().optional() }).parse(sent)
    return workspace.as(as).command(line, channel)
  },
  shortcut: (sent, workspace) => {
    const { as, callbackId, on } = Gesture.extend({ callbackId: z.string(), on: Target.optional() }).parse(sent)
    const person = workspace.as(as)
    return person.shortcut(callbackId, on === undefined ? undefined : found(person, on))
  },
  openHome: (sent, workspace) => workspace.as(Gesture.parse(sent).as).openHome(),
  say: (sent, workspace) => {
    const { as, channel, text, thread } = Gesture.extend({
      channel: z.string(),
      text: z.string(),
      thread: z.string().optional(),
    }).parse(sent)
    return workspace.as(as).say(channel, text, thread === undefined ? {} : { thread })
  },
  react: async (sent, workspace) => {
    const { as, on, name } = Gesture.extend({ on: Target, name: z.string() }).parse(sent)
    const person = workspace.as(as)
    await person.react(found(person, on), name)
    return {}
  },
  edit: async (sent, workspace) => {
    const { as, on, text } = Gesture.extend({ on: Target, text: z.string() }).parse(sent)
    const person = workspace.as(as)
    await person.edit(found(person, on), text)
    return {}
  },
  unsay: async (sent, workspace) => {
    const { as, on } = Gesture.extend({ on: Target }).parse(sent)
    const person = workspace.as(as)
    await person.unsay(found(person, on))
    return {}
  },
} satisfies Readonly<Record<string, (sent: Fields, workspace: SlackWorkspace) => unknown>>

function found(person: UserView, target: z.infer<typeof Target>): Matcher | VisibleMessage {
  if (typeof target === 'string') return target
  if (Shown.safeParse(target).success) return target as unknown as VisibleMessage
  const message = person.screen.message(target.channel, target.ts)
  if (message) return message
  throw new Error(`${person.name} sees no message ${target.ts} in ${target.channel}.`)
}
