import { type Gauge, single } from '../gauge.ts'

export const socketConnections: Gauge<never> = {
  id: 'waybill_slack_socket_connections',
  help: 'Open Socket Mode connections; absent where Slack comes by HTTP.',
  labels: [],
  read: (census) => single(census.socketConnections),
}
