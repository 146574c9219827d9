import { type Check, fault, ok } from '../check.ts'

/** The packages, and the native one among them, can be loaded at all. */
export const modules: Check = {
  id: 'modules',
  needs: ['node'],
  async look(around) {
    try {
      await around.packages()
      return [ok('all packages load')]
    } catch (error) {
      const [says] = (error as Error).message.split('\n')
      return [fault(`a package cannot be loaded: ${says}`, 'Install what package-lock.json names: npm ci')]
    }
  },
}
