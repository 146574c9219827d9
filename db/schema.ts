import type { Generated } from 'kysely'

// Types that mean the same in SQLite and in Postgres: text, integer, ISO-8601 UTC text for time, 0/1 for truth, JSON as text.

export interface Schema {
  workspaces: { id: string; name: string; created_at: string }
  policies: {
    workspace_id: string
    version: number
    document: string
    author: string
    reason: string
    created_at: string
  }
  teams: {
    workspace_id: string
    id: string
    name: string
    channel: string
    lead: string | null
    /** JSON array of person ids, in paging order. */
    on_call: string
  }
  people: {
    workspace_id: string
    id: string
    name: string
    email: string
    slack_user: string
    role: string
    capacity: number
    time_zone: string
    /** JSON of WorkingHours. */
    hours: string
    away_until: string | null
    active: number
  }
  memberships: { workspace_id: string; team_id: string; person_id: string }
  skills: { workspace_id: string; person_id: string; skill: string; level: number }
  directory_changes: {
    workspace_id: string
    id: Generated<number>
    at: string
    by: string
    person_id: string
    change: string
    before: string | null
    after: string | null
  }
  accounts: {
    workspace_id: string
    id: string
    name: string
    tier: string
    owner: string | null
    value: number | null
  }
  account_domains: { workspace_id: string; domain: string; account_id: string }
  customers: {
    workspace_id: string
    id: string
    email: string
    name: string | null
    account_id: string | null
  }
  ticket_numbers: { number: Generated<number>; workspace_id: string; ticket_id: string }
  tickets: {
    workspace_id: string
    id: string
    number: number
    version: number
    source: string
    subject: string
    body: string
    requester_email: string | null
    requester_name: string | null
    fields: string
    received_at: string
    degraded: string | null
    messages: number
    /** JSON of LatestMessage. */
    latest_message: string | null
    waiting_since: string | null
    customer_id: string | null
    account_id: string | null
    status: string
    team: string | null
    assignee: string | null
    topic: string | null
    priority: string | null
    escalation: number
    reassignments: number
    declined_by: string
    offered_at: string | null
    accepted_at: string | null
    acknowledged_by: string | null
    resolved_at: string | null
    respond_by: string | null
    /** JSON; the whole history of both stands in ticket_events. */
    classification: string | null
    decision: string | null
    undoable: string | null
    /** Version of the newest event that may teach something and is not reconciled with `lessons` yet. */
    unlearned_version: number | null
  }
  messages: {
    workspace_id: string
    source: string
    external_id: string
    ticket_id: string
    author: string | null
    subject: string
    body: string
    visible: string
    received_at: string
    /** Of what it says; the same id with another hash is another message. */
    content_hash: string
    /** Key in raw_inputs. */
    raw_hash: string | null
    /** JSON array of names, types and sizes. */
    attachments: string
  }
  message_references: { workspace_id: string; source: string; reference: string; ticket_id: string }
  raw_inputs: { workspace_id: string; hash: string; type: string; base64: string; stored_at: string }
  ticket_events: {
    workspace_id: string
    ticket_id: string
    version: number
    type: string
    at: string
    by: string
    detail: string
  }
  inbox: {
    workspace_id: string
    key: string
    kind: string
    payload: string
    received_at: string
    /** 'new', 'done' or 'set_aside'. */
    state: string
    attempts: number
    lease_until: string | null
    finished_at: string | null
    last_error: string | null
  }
  jobs: {
    workspace_id: string
    id: string
    kind: string
    payload: string
    key: string
    priority: number
    run_at: string
    /** 'ready', 'running' or 'dead'; at most one row per key is not running. */
    state: string
    attempts: number
    /** How often the other side asked to come back later; not counted as attempts. */
    postponed: number
    max_attempts: number
    /** Grows with each claim: a result that names an older one is refused. */
    fence: number
    worker: string | null
    lease_until: string | null
    last_error: string | null
  }
  queue_workers: { workspace_id: string; id: string; beat_at: string }
  slack_posts: {
    workspace_id: string
    key: string
    kind: string
    ticket_id: string
    target: string
    channel: string | null
    urgent: number
    state: string
    attempt: number
    fence: number
    lease_until: string | null
    intent_at: string
    ambiguous_at: string | null
    not_before: string | null
    ts: string | null
    sent_version: number | null
    /** When the picture changes though the ticket does not: an Undo that ends, a reply that is overdue. */
    redraw_at: string | null
    sweeps: number
    last_error: string | null
  }
  restores: {
    workspace_id: string
    /** Counts the restores of this workspace from 1. */
    epoch: number
    /** Slack may know more than these tables of whatever happened after this moment. */
    backup_made_at: string
    restored_at: string
    /** When the cards in Slack had been compared with these tables. */
    reconciled_at: string | null
  }
  learning: { workspace_id: string; sequence: number; generation: number }
  lessons: {
    workspace_id: string
    sequence: number
    ticket_id: string
    event_version: number
    part: string
    at: string
    by: string
    /** JSON of Teaching. */
    teaching: string
    text: string
    person_id: string | null
    topic: string | null
    right: number | null
    account_id: string | null
    /** 'active', 'untaught' (its event was undone) or 'forgotten' (by hand, for good). */
    state: string
    forgotten_by: string | null
    forgotten_at: string | null
  }
  checkpoints: {
    workspace_id: string
    /** What the learner knew before its first lesson, by hash. */
    base: string
    /** It holds every lesson up to this one; gone when one of those is silenced, revived or rewritten. */
    sequence: number
    base64: string
    created_at: string
  }
}
