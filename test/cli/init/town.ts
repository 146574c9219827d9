import type { WorkspaceOptions } from '../../../src/playground/workspace/contract.ts'

export const SIGNING_SECRET = 'a-signing-secret-for-tests-only'

/** A workspace as it is before Waybill: two people who answer tickets, one who left, and nobody invited the bot yet. */
export const TOWN: WorkspaceOptions = {
  signingSecret: SIGNING_SECRET,
  teamDomain: 'northwind',
  botToken: 'xoxb-1234567890-drill-of-the-setup',
  appToken: 'xapp-1-A0WAYBILL-drill-of-the-setup',
  people: [
    {
      id: 'U0GRACE',
      name: 'grace',
      realName: 'Grace Hopper',
      email: 'grace@northwind.example',
      tz: 'America/New_York',
    },
    { id: 'U0ALAN', name: 'alan', realName: 'Alan Turing', email: 'alan@northwind.example', tz: 'Europe/London' },
    { id: 'U0GONE', name: 'gone', realName: 'Long Gone', email: 'gone@northwind.example', deactivated: true },
  ],
  channels: [
    { id: 'C0SUPPORT', name: 'support', members: ['U0GRACE', 'U0ALAN'], withBot: false },
    { id: 'C0TRIAGE', name: 'triage', members: ['U0GRACE'] },
    { id: 'C0OLD', name: 'old', members: ['U0GRACE'], archived: true },
  ],
}
