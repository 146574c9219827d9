import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { marked } from '../../src/slack/post-key.ts'

/** What each Web API method and event asks for, from docs.slack.dev, for channels, private channels and direct messages. */
const SCOPES_OF_METHOD: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
}
const SCOPES_OF_EVENT: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  message_metadata_posted: ['metadata.message:read'],
}
const FAMILIES =
  'api|apps|auth|bookmarks|bots|chat|conversations|dnd|files|pins|reactions|search|team|usergroups|users|views'

const Manifest = z.object({
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean(), messages_tab_enabled: z.literal(true) }),
    bot_user: z.object({ display_name: z.string() }),
    slash_commands: z.array(z.object({ command: z.string(), should_escape: z.literal(true) })),
    shortcuts: z.array(
      z.strictObject({
        name: z.string().max(24),
        type: z.literal('message'),
        callback_id: z.string().max(255),
        description: z.string().max(150),
      }),
    ),
  }),
  oauth_config: z.object({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({
      bot_events: z.array(z.string()),
      metadata_subscriptions: z.array(z.object({ app_id: z.literal('*'), event_type: z.string() })),
    }),
    interactivity: z.object({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.literal(true),
  }),
  display_information: z.object({
    name: z.string().max(35),
    description: z.string().max(140),
    long_description: z.string().min(175).max(4000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
})

const { features, oauth_config, settings } = Manifest.parse(parse(readFileSync('manifest.yml', 'utf8')))

const read = (files: readonly string[]): string => files.map((file) => readFileSync(file, 'utf8')).join('\n')
const source = read(globSync('src/slack/**/*.ts'))
const elsewhere = read(globSync('src/**/*.ts').filter((file) => !/^src\/(slack|playground)\//.test(file)))
const named = (pattern: RegExp): string[] =>
  [...new Set([...source.matchAll(pattern)].map((match) => match[1]!))].sort()

const methods = named(new RegExp(`\\.((?:${FAMILIES})\\.[a-zA-Z]+)\\(`, 'g'))
const events = named(/\bapp\.event\(\s*'([^']+)'/g)
const commands = named(/\bapp\.command\(\s*'([^']+)'/g)

test('the code is read rightly', () => {
  expect(methods).toContain('chat.postMessage')
  expect(methods).toContain('views.open')
  expect(events).not.toEqual([])
  expect(commands).not.toEqual([])
  expect(source).not.toMatch(/\.apiCall\(/)
  expect(elsewhere).not.toMatch(/from '@slack\//)
})

test('every method and event the code uses is known here', () => {
  expect(methods.filter((method) => !(method in SCOPES_OF_METHOD))).toEqual([])
  expect(events.filter((event) => !(event in SCOPES_OF_EVENT))).toEqual([])
})

test('asks for the scopes the code needs, and for no other', () => {
  const needed = [
    ...methods.flatMap((method) => SCOPES_OF_METHOD[method] ?? []),
    ...events.flatMap((event) => SCOPES_OF_EVENT[event] ?? []),
    ...(commands.length > 0 ? ['commands'] : []),
  ]
  expect(oauth_config.scopes.bot).toEqual([...new Set(needed)].sort())
})

test('subscribes to the events, commands and shortcuts the code listens to, and to no other', () => {
  expect(settings.event_subscriptions.bot_events.toSorted()).toEqual(events)
  expect(features.slash_commands.map(({ command }) => command).toSorted()).toEqual(commands)
  expect(features.shortcuts.map(({ callback_id: id }) => id).toSorted()).toEqual(
    named(/\bapp\.shortcut\(\s*'([^']+)'/g),
  )
  expect(features.app_home.home_tab_enabled).toBe(events.includes('app_home_opened'))
})

test('hears of the metadata that posts really carry', () => {
  const { metadata } = marked({ text: 'a card' }, 'a'.repeat(64), 1)
  expect(settings.event_subscriptions.metadata_subscriptions).toEqual([
    { app_id: '*', event_type: metadata?.event_type },
  ])
})
