import type { Fields } from '../model.ts'
import type { Call, MethodEntry } from '../site.ts'
import { invalid, SlackError } from '../slack-error.ts'
import { changeView, findView, openModal, publishHome, pushModal, spendTrigger, viewOnWire } from '../views.ts'

export const views: Readonly<Record<string, MethodEntry>> = {
  'views.open': { run: open, scopes: [] },
  'views.push': { run: push, scopes: [] },
  'views.update': { run: update, scopes: [] },
  'views.publish': { run: publish, scopes: [] },
}

function open(call: Call): Fields {
  const { site } = call
  const wanted = wantedView(call, 'modal')
  const { user } = spendTrigger(site.world, triggerOf(call))
  return { view: viewOnWire(site.world, openModal(site, user, wanted)) }
}

function push(call: Call): Fields {
  const { site } = call
  const wanted = wantedView(call, 'modal')
  const { user } = spendTrigger(site.world, triggerOf(call))
  return { view: viewOnWire(site.world, pushModal(site, user, wanted)) }
}

function update(call: Call): Fields {
  const { site, args } = call
  const wanted = call.args.json('view', 'invalid_arguments')
  const before = findView(site.world, args.text('view_id'), args.text('external_id'))
  return { view: viewOnWire(site.world, changeView(site, before, wanted, args.text('hash'))) }
}

function publish(call: Call): Fields {
  const { site, args } = call
  const wanted = wantedView(call, 'home')
  const user = site.world.people.get(args.required('user_id'))
  if (!user) throw new SlackError('user_not_found')
  if (user.deactivated) throw new SlackError('not_enabled')
  return { view: viewOnWire(site.world, publishHome(site, user.id, wanted, args.text('hash'))) }
}

function triggerOf({ args }: Call): string {
  return args.text('trigger_id') ?? args.text('interactivity_pointer') ?? args.required('trigger_id')
}

function wantedView({ args }: Call, type: 'modal' | 'home'): unknown {
  const view = args.json('view', 'invalid_arguments')
  const given = (view as { readonly type?: unknown } | undefined)?.type
  if (given !== type) throw invalid('invalid_arguments', [`[ERROR] must be a ${type} view [json-pointer:/view/type]`])
  return view
}
