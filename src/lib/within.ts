/**
 * Gives `work` that long. Its signal aborts when the time is up, and the promise rejects then whether or not `work`
 * listens; what a latecomer still says is dropped.
 */
export async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs} ms`)), { once: true })
  })
  late.catch(() => undefined)
  return Promise.race([work(signal), late])
}
