import { createHash } from 'node:crypto'
import { checkView } from './block-kit.ts'
import { formValues } from './form-values.ts'
import type { Block, Fields, View } from './model.ts'
import { named } from './posting.ts'
import { isFields } from './reading.ts'
import type { Site } from './site.ts'
import { invalid, SlackError } from './slack-error.ts'
import type { World } from './world.ts'

const MOST_MODALS = 3
const TRIGGER_LIVES_MS = 3000
const MOST_BYTES = 250_000

export function newTrigger(world: World, user: string, viewId?: string): string {
  const id = `${world.nextId('')}.${world.self.teamId}.${createHash('sha256').update(world.nextId('t')).digest('hex').slice(0, 32)}`
  world.triggers.set(id, { user, madeAt: world.now(), viewId, used: false })
  return id
}

/** Whose gesture this trigger is. It is good once, for three seconds. */
export function spendTrigger(world: World, id: string): { readonly user: string } {
  const trigger = world.triggers.get(id)
  if (!trigger) throw new SlackError('invalid_trigger_id')
  if (trigger.used) throw new SlackError('exchanged_trigger_id')
  if (world.now() - trigger.madeAt > TRIGGER_LIVES_MS) throw new SlackError('expired_trigger_id')
  trigger.used = true
  return trigger
}

export function openModal(site: Site, user: string, wanted: unknown): View {
  const view = storeView(site, user, wanted, undefined)
  site.world.modals.set(user, [view.id])
  site.changes.changed({ kind: 'view', type: 'modal', user })
  return view
}

export function pushModal(site: Site, user: string, wanted: unknown): View {
  const { world, changes } = site
  const stack = world.modals.get(user) ?? []
  if (stack.length >= MOST_MODALS) throw new SlackError('push_limit_reached')
  const under = world.views.get(stack.at(-1) ?? '')
  const view = storeView(site, user, wanted, under)
  world.modals.set(user, [...stack, view.id])
  changes.changed({ kind: 'view', type: 'modal', user })
  return view
}

export function publishHome(site: Site, user: string, wanted: unknown, hash: string | undefined): View {
  const { world, changes } = site
  const before = world.views.get(world.homes.get(user) ?? '')
  if (hash && before && before.hash !== hash) throw new SlackError('hash_conflict')
  const view = before ? changeView(site, before, wanted, undefined) : storeView(site, user, wanted, undefined)
  world.homes.set(user, view.id)
  changes.changed({ kind: 'view', type: 'home', user })
  return view
}

/** Replaces what a view shows; what people entered stays where block_id and action_id stay. */
export function changeView(site: Site, before: View, wanted: unknown, hash: string | undefined): View {
  const { world, changes } = site
  if (hash && before.hash !== hash) throw new SlackError('hash_conflict')
  const after = toView(world, before.user, wanted, before)
  world.views.set(before.id, after)
  changes.changed({ kind: 'view', type: after.type, user: after.user })
  return after
}

export function findView(world: World, id: string | undefined, externalId: string | undefined): View {
  const byId = id ? world.views.get(id) : undefined
  const view = byId ?? [...world.views.values()].find((one) => externalId && one.externalId === externalId)
  const isOpen = view && (view.type === 'home' || world.modals.get(view.user)?.includes(view.id))
  if (!isOpen) throw new SlackError('not_found')
  return view
}

/** Takes the view in front away, or the whole stack. */
export function closeModals(site: Site, user: string, all: boolean): void {
  const { world, changes } = site
  const stack = world.modals.get(user) ?? []
  const left = all ? [] : stack.slice(0, -1)
  if (left.length === 0) world.modals.delete(user)
  else world.modals.set(user, left)
  changes.changed({ kind: 'view', type: 'modal', user })
}

function storeView(site: Site, user: string, wanted: unknown, under: View | undefined): View {
  const view = toView(site.world, user, wanted, undefined, under)
  const taken = [...site.world.views.values()].some((one) => view.externalId && one.externalId === view.externalId)
  if (taken) throw new SlackError('duplicate_external_id')
  site.world.views.set(view.id, view)
  return view
}

function toView(world: World, user: string, wanted: unknown, before?: View, under?: View): View {
  const problems = checkView(wanted)
  if (problems.length > 0 || !isFields(wanted)) {
    throw invalid(
      'invalid_arguments',
      problems.map((problem) => problem.replace('[json-pointer:', '[json-pointer:/view')),
    )
  }
  if (JSON.stringify(wanted).length > MOST_BYTES) throw new SlackError('view_too_large')

  const id = before?.id ?? world.nextId('V')
  const blocks = named(world, wanted.blocks as readonly Block[])
  const text = (name: string) => (typeof wanted[name] === 'string' ? wanted[name] : '')
  const label = (name: 'title' | 'submit' | 'close') => (isFields(wanted[name]) ? { [name]: wanted[name] } : {})
  return {
    id,
    type: wanted.type === 'home' ? 'home' : 'modal',
    user,
    callbackId: text('callback_id'),
    externalId: text('external_id'),
    privateMetadata: text('private_metadata'),
    ...label('title'),
    ...label('submit'),
    ...label('close'),
    blocks,
    clearOnClose: wanted.clear_on_close === true,
    notifyOnClose: wanted.notify_on_close === true,
    rootViewId: before?.rootViewId ?? under?.rootViewId ?? id,
    ...(before?.previousViewId ? { previousViewId: before.previousViewId } : under ? { previousViewId: under.id } : {}),
    hash: `${Math.floor(world.now() / 1000)}.${createHash('sha256').update(world.nextId('h')).digest('hex').slice(0, 8)}`,
    values: formValues(blocks, before?.values),
  }
}

export function viewOnWire({ self }: World, view: View): Fields {
  return {
    id: view.id,
    team_id: self.teamId,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    state: { values: view.values },
    hash: view.hash,
    title: view.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: view.clearOnClose,
    notify_on_close: view.notifyOnClose,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id: view.previousViewId ?? null,
    root_view_id: view.rootViewId,
    app_id: self.appId,
    external_id: view.externalId,
    app_installed_team_id: self.teamId,
    bot_id: self.botId,
  }
}
