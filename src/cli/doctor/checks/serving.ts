import { type Check, ok } from '../check.ts'

/** For information: whether a Waybill is at work on this database. */
export const serving: Check = {
  id: 'serving',
  needs: ['database'],
  async look(around) {
    const found = await around.database()
    if (found.state !== 'there' || found.served === undefined)
      return [ok('any number of processes may serve a Postgres')]
    return [
      ok(found.served ? 'a Waybill serves this database' : 'no Waybill serves this database at the moment: npm start'),
    ]
  },
}
