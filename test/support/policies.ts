/** A small policy file without faults; lines are counted on by tests of faults. */
export const POLICY_FILE = `topics:
  billing: { name: Billing, description: "invoice, refund" }
  login: { name: Login, description: "password, locked out" }
teams:
  billing-desk: { name: Billing desk, channel: C0BILL, lead: grace, on-call: [grace, alan] }
  platform: { name: Platform, channel: C0PLAT }
people:
  grace:
    name: Grace Hopper
    email: grace@northwind.example
    slack: U0GRACE
    role: lead
    teams: [platform, billing-desk]
    skills: { billing: 3, login: 1 }
    capacity: 8
    time-zone: Europe/Berlin
    hours: { mon-thu: "09:00-12:00, 13:00-17:00", fri: "09:00-24:00" }
  alan:
    name: Alan Turing
    email: alan@northwind.example
    slack: U0ALAN
    teams: [billing-desk]
    skills: { billing: 2 }
    time-zone: UTC
    hours: always
matrix:
  - { topic: billing, team: billing-desk, first-response: 4h, resolution: 2d }
  - { topic: login, priority: P1, team: platform, min-skill: 2, first-response: 30m, resolution: 4h }
rules:
  - id: refund
    when: { words: [refund], sender-domain: [acme.example] }
    set: { topic: billing, priority-floor: P2, flags: [financial] }
triage: { channel: C0TRIAGE }
min-confidence: 0.5
weights:
  signals: { headroom: 2 }
accounts:
  acme: { name: Acme, tier: enterprise, domains: [Acme.example], owner: grace, value: 1000 }
customers:
  bob: { email: Bob@gmail.com, name: Bob, account: acme }
`
