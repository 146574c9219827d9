/** Runs works of one key one after another, whatever becomes of those before; different keys do not wait for each other. */
export function inTurn(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = tails.get(key)
    const mine = before ? before.then(work, work) : work()
    tails.set(key, mine)
    const leave = () => {
      if (tails.get(key) === mine) tails.delete(key)
    }
    mine.then(leave, leave)
    return mine
  }
}
