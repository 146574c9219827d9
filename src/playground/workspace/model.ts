/** A JSON object as it travels on the wire. */
export type Fields = Readonly<Record<string, unknown>>

export interface Block {
  readonly type: string
  readonly block_id?: string
  readonly [field: string]: unknown
}

export interface Attachment {
  readonly color?: string
  readonly blocks?: readonly Block[]
  readonly [field: string]: unknown
}

export interface PersonSeed {
  readonly id: string
  readonly name: string
  readonly realName?: string
  readonly email?: string
  /** IANA zone, 'UTC' when left out. */
  readonly tz?: string
  readonly deactivated?: boolean
  readonly guest?: boolean
  readonly isAdmin?: boolean
}

export interface ChannelSeed {
  readonly id: string
  readonly name: string
  /** User ids. The app's bot is a member too unless `withBot` is false. */
  readonly members: readonly string[]
  readonly archived?: boolean
  readonly private?: boolean
  readonly withBot?: boolean
}

export interface UserGroupSeed {
  readonly id: string
  readonly handle: string
  readonly name: string
  readonly users: readonly string[]
}

export interface Person extends Required<Omit<PersonSeed, 'email'>> {
  readonly email: string | undefined
  readonly bot: boolean
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'public' | 'private' | 'im' | 'mpim'
  readonly createdAt: number
  readonly members: Set<string>
  archived: boolean
}

/** What a message says; an edit replaces it. */
export interface Content {
  readonly text: string
  readonly blocks?: readonly Block[]
  readonly attachments?: readonly Attachment[]
}

export interface Message extends Content {
  readonly channel: string
  readonly ts: string
  readonly user: string
  /** Set when our app wrote it. */
  readonly botId?: string
  readonly metadata?: Fields
  readonly threadTs?: string
  readonly subtype?: string
  readonly clientMsgId?: string
  /** Milliseconds since 1970, when it landed. */
  readonly postedAt: number
  readonly editedTs?: string
  readonly deletedAt?: number
  readonly reactions: Readonly<Record<string, readonly string[]>>
}

/** A message only one person sees, until they reload. */
export interface Ephemeral extends Content {
  readonly channel: string
  readonly ts: string
  readonly to: string
  readonly threadTs?: string
  readonly postedAt: number
  readonly deletedAt?: number
}

export interface View {
  readonly id: string
  readonly type: 'modal' | 'home'
  readonly user: string
  readonly callbackId: string
  readonly externalId: string
  readonly privateMetadata: string
  readonly title?: Fields
  readonly submit?: Fields
  readonly close?: Fields
  readonly blocks: readonly Block[]
  readonly clearOnClose: boolean
  readonly notifyOnClose: boolean
  readonly rootViewId: string
  readonly previousViewId?: string
  readonly hash: string
  /** block_id -> action_id -> what the person has entered so far. */
  readonly values: Readonly<Record<string, Readonly<Record<string, Fields>>>>
}
