import { type Check, fault, ok } from '../check.ts'

/** The port is free, or it is ours already. */
export const port: Check = {
  id: 'port',
  needs: ['settings', 'modules'],
  async look(around) {
    const { PORT, HOST } = await around.settings()
    if (PORT === 0) return [ok('any free port')]
    const reached = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST
    const url = `http://${reached.includes(':') ? `[${reached}]` : reached}:${PORT}/healthz`
    const health = await around.get(url).catch(() => undefined)
    if (health && isOurs(health.body)) return [ok(`a Waybill answers on port ${PORT}`)]
    const hindrance = await around.listen(PORT, HOST)
    if (hindrance === undefined) return [ok(`port ${PORT} is free on ${HOST}`)]
    if (hindrance === 'EACCES') return [fault(`Waybill may not listen on port ${PORT}`, 'Set PORT to one above 1023.')]
    if (hindrance === 'EADDRINUSE')
      return [fault(`port ${PORT} is taken on ${HOST} by another program`, 'Stop that one, or set PORT to a free one.')]
    return [
      fault(
        `this machine has no address ${HOST} (${hindrance})`,
        'Set HOST to one it has, such as 127.0.0.1 or 0.0.0.0.',
      ),
    ]
  },
}

/** What `/healthz` says; any other program says something else. */
function isOurs(body: string): boolean {
  try {
    return (JSON.parse(body) as { readonly alive?: unknown }).alive === true
  } catch {
    return false
  }
}
